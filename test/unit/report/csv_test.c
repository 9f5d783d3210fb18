#include "report/fixture.h"

static const char heading[] = "run,launch,arm,traced,sample,cold,answered,due_ms,sent_ms,"
	"received_ms,replied_ms,returned_ms,after\r\n";

static char *export(struct store *store, const char *run, int launch)
{
	struct err err;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (report_csv(out, store, run, launch, &err))
		fail_msg("%s", err.text);
	fclose(out);
	return text;
}

static size_t count_lines(const char *text)
{
	size_t lines = 0;
	for (; *text; text++) {
		lines += *text == '\n';
		assert_true(*text != '\n' || text[-1] == '\r');
	}
	return lines;
}

static void assert_line(const char *text, const char *line)
{
	if (!strstr(text, line))
		fail_msg("no line %s", line);
}

static void test_rows(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct store *store = fixture_results(folder);
	char *text = export(store, RUN_ID, 2); /* the off arm's first launch */
	assert_int_equal(strncmp(text, heading, sizeof heading - 1), 0);
	assert_int_equal(count_lines(text), 1 + FIXTURE_SAMPLES);
	/* a name with a comma is quoted; cold and answered; a missing time is empty */
	assert_line(text, "\r\n" RUN_ID ",2,\"" ARM_OFF "\",0,0,1,1,0,0.25,0.5,0.75,1.25,0\r\n");
	assert_line(text, "\r\n" RUN_ID ",2,\"" ARM_OFF "\",0,4,0,1,20,20.25,20.5,20.75,21.25,0\r\n");
	assert_line(text, "\r\n" RUN_ID ",2,\"" ARM_OFF "\",0,39,0,0,195,195.25,195.5,195.75,,0\r\n");
	free(text);

	/* the run: 19 launches, of which one is void and left out; the traced one is flagged */
	text = export(store, RUN_ID, -1);
	assert_int_equal(count_lines(text), 1 + 18 * FIXTURE_SAMPLES);
	assert_line(text, "\r\n" RUN_ID ",19," ARM_ON ",1,0,1,1,");
	assert_null(strstr(text, "\r\n" RUN_ID ",5," ARM_ON ",")); /* void */
	free(text);
	text = export(store, RUN_ID, 5);
	assert_int_equal(count_lines(text), 1 + FIXTURE_SAMPLES);
	free(text);
	store_close(store);
	fixture_remove(folder);
}

/* Every double reads back to itself. */
static void test_round_trip(void **state)
{
	(void)state;
	static const double values[] = { 0.1, 1.0 / 3, 123456.78901234567, 5e-324, 1.7976931348623157e308,
		-2.5, 1790000000000.005 };
	enum { COUNT = FIXTURE_COUNT(values) };
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	int64_t row = fixture_launch(store, "r", 1);
	struct store_samples samples = { .count = COUNT, .due = values, .sent = values,
		.received = values, .replied = values, .returned = values };
	struct store_launch_result result = { .outcome = STORE_VALID, .samples = &samples };
	assert_int_equal(store_launch_finalise(store, row, &result, &err), 0);
	char *text = export(store, "r", 1), *line = strstr(text, "\r\n");
	for (size_t i = 0; i < COUNT; i++) {
		char *field = line + 2;
		for (int commas = 0; commas < 7; commas++)
			field = strchr(field, ',') + 1;
		for (int c = 0; c < 5; c++) {
			char *end;
			assert_true(strtod(field, &end) == values[i]);
			assert_true(*end == ',');
			field = end + 1;
		}
		line = strstr(line + 2, "\r\n");
	}
	free(text);
	store_close(store);
	fixture_remove(folder);
}

static void test_failures(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_results(folder);
	FILE *out = fopen("/dev/full", "w");
	assert_int_equal(report_csv(out, store, RUN_ID, -1, &err), -1);
	assert_int_equal(err.code, ERR_NO_SPACE);
	fclose(out);
	out = fopen("/dev/null", "w");
	assert_int_equal(report_csv(out, store, RUN_ID, 77, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	fclose(out);
	store_close(store);
	fixture_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_failures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
