#include "report/csv.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "probe/recorder.h"
#include "report/number.h"

/* RFC 4180 §2: fields with a comma, quote or line break stand in quotes, quotes doubled. */
static void put_field(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void put_times(FILE *out, const struct store_samples *samples, size_t i)
{
	const double times[] = { samples->due[i], samples->sent[i], samples->received[i],
		samples->replied[i], samples->returned[i] };
	for (size_t t = 0; t < sizeof times / sizeof times[0]; t++) {
		char number[NUMBER_SIZE];
		number_exact(times[t], number);
		fprintf(out, ",%s", number);
	}
}

static void put_samples(FILE *out, const char *run, const struct store_launch *launch,
	const struct store_samples *samples)
{
	size_t counted = samples->count - recorder_after(launch->report, samples->count, samples->cold);
	for (size_t i = 0; i < samples->count; i++) {
		put_field(out, run);
		fprintf(out, ",%d,", launch->number);
		put_field(out, launch->arm);
		fprintf(out, ",%d,%zu,%d,%d", launch->traced, i, i < samples->cold,
			!isnan(samples->returned[i]));
		put_times(out, samples, i);
		fprintf(out, ",%d\r\n", i >= counted);
	}
}

static int put_launch(FILE *out, struct store *store, const char *run,
	const struct store_launch *launch, struct err *err)
{
	struct store_samples samples;
	struct err why = { .code = ERR_NONE };
	if (store_samples_load(store, launch->row, &samples, &why))
		return why.code == ERR_NOT_FOUND ? 0 : err_set(err, why.code, "%s", why.text);
	put_samples(out, run, launch, &samples);
	store_samples_release(&samples);
	return 0;
}

/* A whole run gives what may enter numbers; a launch that is asked for by its number gives what it has. */
static bool is_wanted(const struct store_launch *launch, int number)
{
	return number >= 1 ? launch->number == number : strcmp(launch->outcome, "valid") == 0;
}

static int check_written(FILE *out, struct err *err)
{
	if (fflush(out) == 0 && !ferror(out))
		return 0;
	return err_set_errno(err, ERR_IO, errno, "the samples could not be written");
}

int report_csv(FILE *out, struct store *store, const char *run, int launch, struct err *err)
{
	struct store_launch *launches;
	size_t count, wanted = 0;
	int result = 0;
	if (store_launches(store, run, &launches, &count, err))
		return -1;
	fputs("run,launch,arm,traced,sample,cold,answered,due_ms,sent_ms,received_ms,replied_ms,"
		"returned_ms,after\r\n", out);
	for (size_t i = 0; i < count && result == 0 && !ferror(out); i++) {
		if (!is_wanted(&launches[i], launch))
			continue;
		wanted++;
		result = put_launch(out, store, run, &launches[i], err);
	}
	store_launches_free(launches, count);
	if (result == 0 && launch >= 1 && wanted == 0)
		result = err_set(err, ERR_NOT_FOUND, "run %s has no launch %d", run, launch);
	return result == 0 ? check_written(out, err) : result;
}
