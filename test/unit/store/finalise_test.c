/* A launch is whole or it is not there: kill -9, a full disk, a second finalisation. */
#include "store/fixture.h"

#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

enum { SAMPLES = 1500 };

static size_t count_whole(struct store *store, const char *run, size_t samples)
{
	struct err err;
	struct store_launch *launches;
	size_t count, whole = 0;
	assert_int_equal(store_launches(store, run, &launches, &count, &err), 0);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(launches[i].outcome, "valid") == 0) {
			assert_true(fixture_is_whole(store, &launches[i], samples));
			whole++;
			continue;
		}
		struct store_samples none;
		struct store_spike *spikes;
		size_t spike_count;
		assert_string_equal(launches[i].outcome, "running");
		assert_null(launches[i].finished);
		assert_int_equal(store_samples_load(store, launches[i].row, &none, &err), -1);
		assert_int_equal(err.code, ERR_NOT_FOUND);
		assert_true(isnan(store_metric(store, launches[i].row, "response_p95")));
		assert_int_equal(store_spikes(store, launches[i].row, &spikes, &spike_count, &err), 0);
		assert_int_equal(spike_count, 0);
	}
	store_launches_free(launches, count);
	return whole;
}

static void test_everything_comes_back(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	int64_t row = fixture_launch(store, "r", 1);
	assert_int_equal(fixture_finalise(store, row, 1, SAMPLES, &err), 0);
	assert_int_equal(count_whole(store, "r", SAMPLES), 1);

	struct store_artefact_row *artefacts;
	size_t count;
	assert_int_equal(store_artefacts(store, "r", &artefacts, &count, &err), 0);
	assert_int_equal(count, 1);
	assert_string_equal(artefacts[0].path, "run/1/browser.log");
	assert_string_equal(artefacts[0].arm, "gc/worker/churn");
	assert_int_equal(artefacts[0].bytes, 12);
	store_artefacts_free(artefacts, count);
	assert_true(store_metric(store, row, "response_p95") == 1.25);
	assert_true(isnan(store_metric(store, row, "nothing")));

	assert_int_equal(fixture_finalise(store, row, 1, SAMPLES, &err), -1); /* once only */
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(store_launch_abandon(store, row, &err), -1);
	assert_int_equal(store_ledger_verify(store, &err), 0);
	store_close(store);
	fixture_remove(folder);
}

/* Only launches that came to an end tell how long one takes, and only those of that probe and mode. */
static void test_the_mean_time_of_a_launch(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_open(folder);
	double mean_s = 0;
	fixture_run(store, "r", "{\"arms\":[\"gc/worker/churn\"],\"evidence\":{\"mode\":\"quick\"}}", "{}");
	int64_t whole = fixture_launch(store, "r", 1);
	fixture_launch(store, "r", 2);
	assert_int_equal(store_launch_mean_s(store, "ping", "quick", &mean_s, &err), 0);
	assert_true(isnan(mean_s));
	assert_int_equal(fixture_finalise_told(store, whole, 1, 10, NULL, &err), 0);
	assert_int_equal(store_launch_mean_s(store, "ping", "quick", &mean_s, &err), 0);
	assert_true(mean_s >= 0);
	assert_int_equal(store_launch_mean_s(store, "ping", "full", &mean_s, &err), 0);
	assert_true(isnan(mean_s));
	assert_int_equal(store_launch_mean_s(store, "null", "quick", &mean_s, &err), 0);
	assert_true(isnan(mean_s));
	store_close(store);
	fixture_remove(folder);
}

/* What a trace explains is part of the launch. */
static void test_an_explanation_comes_back(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	int64_t row = fixture_launch(store, "r", 1), plain = fixture_launch(store, "r", 2);
	struct store_cause causes[] = { { "js@main", 0, 0, 1.5 }, { "gc@main", 2, 1, 8.5 } };
	struct store_part parts[] = { { 7, "gc@main", 8.5 }, { 7, "js@main", 1.5 } };
	struct store_explanation made = { "it was lossy", 3, 1, 40, 30, 1e9, 2e9, NAN, causes, 2, parts, 2 }, read;
	struct store_launch_result result = { .outcome = STORE_VALID, .explanation = &made };
	assert_int_equal(store_launch_finalise(store, row, &result, &err), 0);
	result.explanation = NULL;
	assert_int_equal(store_launch_finalise(store, plain, &result, &err), 0);

	assert_int_equal(store_explanation_load(store, row, &read, &err), 0);
	assert_string_equal(read.refusal, "it was lossy");
	assert_true(read.episodes == 3 && read.explained == 1 && read.stalled_ms == 40 && read.refused_ms == 30);
	assert_true(read.main_us == 1e9 && read.worker_us == 2e9 && isnan(read.spread_us));
	assert_int_equal(read.cause_count, 2);
	assert_string_equal(read.causes[0].name, "gc@main"); /* the largest first */
	assert_true(read.causes[0].spikes == 2 && read.causes[0].episodes == 1 && read.causes[0].ms == 8.5);
	store_explanation_release(&read);
	assert_int_equal(store_explanation_load(store, plain, &read, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);

	assert_int_equal(store_ledger_verify(store, &err), 0);
	store_close(store);
	fixture_remove(folder);
}

/* Two metrics of one name break a rule half way through: nothing of the launch may stay. */
static void test_a_refused_part_takes_the_whole_back(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	int64_t row = fixture_launch(store, "r", 1);
	struct fixture_samples made = fixture_samples(10, 1);
	struct store_metric twice[] = { { "x", 1, "ms" }, { "x", 2, "ms" } };
	struct store_launch_result result = { .outcome = STORE_VALID, .samples = &made.samples,
		.metrics = twice, .metric_count = 2 };
	assert_int_equal(store_launch_finalise(store, row, &result, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(count_whole(store, "r", SAMPLES), 0);
	assert_int_equal(store_ledger_verify(store, &err), 0);
	free(made.block);
	store_close(store);
	fixture_remove(folder);
}

/* ---- kill -9 ---- */

struct progress { int number; };

static _Noreturn void write_until_killed(const char *folder, const char *run, int out)
{
	struct err err;
	struct store *store = store_open(folder, true, &err);
	struct store_run row = { .probe = (char *)"ping", .threshold_ms = 16.7, .blocks = 1 };
	snprintf(row.id, sizeof row.id, "%s", run);
	if (!store || store_run_insert(store, &row, &err))
		_exit(1);
	for (int number = 1;; number++) {
		struct progress done = { number };
		int64_t launch = fixture_launch(store, run, number);
		if (fixture_finalise(store, launch, number, SAMPLES, &err)
			|| write(out, &done, sizeof done) != sizeof done)
			_exit(1);
	}
}

/* Finalised launches that the child told of before it died. */
static int run_and_kill(const char *folder, const char *run, useconds_t after_us)
{
	int channel[2], status, last = 0;
	struct progress done;
	assert_int_equal(pipe(channel), 0);
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(channel[0]);
		write_until_killed(folder, run, channel[1]);
	}
	close(channel[1]);
	if (read(channel[0], &done, sizeof done) == sizeof done)
		last = done.number;
	usleep(after_us);
	kill(child, SIGKILL);
	while (read(channel[0], &done, sizeof done) == sizeof done)
		last = done.number;
	close(channel[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return last;
}

static void test_killed_at_random_points(void **state)
{
	(void)state;
	enum { KILLS = 50, LONGEST_US = 30000 };
	char *folder = fixture_folder();
	struct err err = { .code = ERR_NONE };
	size_t told = 0;
	srandom(7);
	for (int i = 0; i < KILLS; i++) {
		char run[32];
		snprintf(run, sizeof run, "run-%02d", i);
		int last = run_and_kill(folder, run, (useconds_t)(random() % LONGEST_US));
		struct store *store = fixture_open(folder);
		size_t whole = count_whole(store, run, SAMPLES);
		assert_true(whole >= (size_t)last); /* none lost; one more may have been committed */
		assert_true(whole <= (size_t)last + 1);
		if (store_ledger_verify(store, &err))
			fail_msg("after kill %d: %s", i, err.text);
		store_close(store);
		told += (size_t)last;
	}
	assert_true(told >= KILLS);

	struct store_unfinished *rows;
	size_t count;
	struct store *store = fixture_open(folder);
	assert_int_equal(store_unfinished(store, &rows, &count, &err), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(store_launch_abandon(store, rows[i].row, &err), 0);
	store_unfinished_free(rows, count);
	struct store_run *runs;
	assert_int_equal(store_runs(store, 0, &runs, &count, &err), 0);
	assert_int_equal(count, KILLS);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(runs[i].state, "interrupted");
	store_runs_free(runs, count);
	assert_int_equal(store_ledger_verify(store, &err), 0);
	store_close(store);
	fixture_remove(folder);
}

/* ---- no space ---- */

/* Finalises launches until the disk is full; how many were, or −1 when that never came, −2 for
 * another error than ERR_NO_SPACE, or a sentence without the path. */
static int fill(struct store *store, struct err *err)
{
	for (int number = 1; number <= 200; number++) {
		int64_t row;
		struct store_launch_plan plan = { .run = "r", .number = number, .block = number,
			.attempt = 1, .arm = "gc/worker/churn" };
		if (store_launch_insert(store, &plan, &row, err) == 0
			&& fixture_finalise(store, row, number, SAMPLES, err) == 0)
			continue;
		bool told = err->code == ERR_NO_SPACE && strstr(err->text, store_folder(store))
			&& strstr(err->text, "free some") && strstr(err->text, "--results");
		if (!told)
			fprintf(stderr, "%s: %s\n", err_code_name(err->code), err->text);
		return told ? number - 1 : -2;
	}
	return -1;
}

static void finalise_open_launches(struct store *store)
{
	struct err err = { .code = ERR_NONE };
	struct store_launch *launches;
	size_t count;
	assert_int_equal(store_launches(store, "r", &launches, &count, &err), 0);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(launches[i].outcome, "running") == 0
			&& fixture_finalise(store, launches[i].row, launches[i].number, SAMPLES, &err))
			fail_msg("%s", err.text);
	}
	store_launches_free(launches, count);
}

static void test_full_file_system(void **state)
{
	(void)state;
	char *folder = fixture_folder(), *ballast = fs_join(folder, "ballast");
	if (mount("tmpfs", folder, "tmpfs", 0, "size=2m")) {
		print_message("SKIPPED: mounting a tmpfs needs root (the file-size limit is tested below)\n");
		free(ballast);
		fixture_remove(folder);
		skip();
	}
	char half[512 * 1024];
	struct err err = { .code = ERR_NONE };
	memset(half, 1, sizeof half);
	assert_int_equal(fs_write_atomic(ballast, half, sizeof half, 0644, &err), 0);
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	int finished = fill(store, &err);
	assert_true(finished >= 1);
	assert_int_equal(count_whole(store, "r", SAMPLES), finished);
	assert_int_equal(store_ledger_verify(store, &err), 0);

	assert_int_equal(unlink(ballast), 0); /* space is made: the same connection goes on */
	finalise_open_launches(store);
	assert_true(count_whole(store, "r", SAMPLES) >= (size_t)finished);
	store_close(store);
	store = fixture_open(folder);
	assert_int_equal(store_ledger_verify(store, &err), 0);
	store_close(store);
	assert_int_equal(umount(folder), 0);
	free(ballast);
	fixture_remove(folder);
}

/* No room even for the database. */
static void test_full_before_creation(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	if (mount("tmpfs", folder, "tmpfs", 0, "size=16k")) {
		print_message("SKIPPED: mounting a tmpfs needs root\n");
		fixture_remove(folder);
		skip();
	}
	struct err err = { .code = ERR_NONE };
	struct store *store = store_open(folder, true, &err);
	assert_null(store);
	if (err.code != ERR_NO_SPACE)
		fail_msg("%s: %s", err_code_name(err.code), err.text);
	assert_int_equal(umount(folder), 0);
	fixture_remove(folder);
}

static int fill_under_limit(const char *folder)
{
	struct err err = { .code = ERR_NONE };
	struct rlimit limit = { 1 << 20, 1 << 20 };
	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit))
		return 101;
	struct store *store = store_open(folder, true, &err);
	if (!store)
		return 102;
	int finished = fill(store, &err);
	store_close(store);
	return finished < 0 ? 100 - finished : finished;
}

static void test_file_size_limit(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	store_close(store);
	int finished = fixture_child(fill_under_limit, folder);
	assert_in_range(finished, 1, 100);
	store = fixture_open(folder);
	assert_int_equal(count_whole(store, "r", SAMPLES), finished);
	assert_int_equal(store_ledger_verify(store, &err), 0);
	finalise_open_launches(store);
	assert_int_equal(store_ledger_verify(store, &err), 0);
	store_close(store);
	fixture_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_comes_back),
		cmocka_unit_test(test_the_mean_time_of_a_launch),
		cmocka_unit_test(test_an_explanation_comes_back),
		cmocka_unit_test(test_a_refused_part_takes_the_whole_back),
		cmocka_unit_test(test_killed_at_random_points),
		cmocka_unit_test(test_full_file_system),
		cmocka_unit_test(test_full_before_creation),
		cmocka_unit_test(test_file_size_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
