/* The planter as a process, beside one with a renderer's threads; ended, killed, and with nobody left to wait for it. The
 * test program is its own planter: with "plant" as its first argument it is the child side. */
#include "run/plants.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "host/planter.h"
#include "host/proc.h"
#include "support/idle.h"
#include "support/renderer.h"

enum { GIVE_UP_US = 30000000 };

struct trial {
	struct loop *loop;
	struct loop_timer give_up;
	struct renderer renderer;
	struct helper *plants;
	int readies, dones;
	struct json *facts;
};

static void on_give_up(void *context)
{
	(void)context;
	fail_msg("the planter did not answer");
}

static void on_ready(void *context)
{
	struct trial *trial = context;
	trial->readies++;
	loop_stop(trial->loop);
}

static void on_done(const struct json *facts, void *context)
{
	struct trial *trial = context;
	trial->dones++;
	trial->facts = json_copy(facts);
	loop_stop(trial->loop);
}

static void turn(struct trial *trial)
{
	loop_timer_set(&trial->give_up, GIVE_UP_US);
	loop_run(trial->loop);
	loop_timer_cancel(&trial->give_up);
}

static void trial_start(struct trial *trial, const char *plan)
{
	static const enum renderer_work workers[] = {RENDERER_SLEEPS};
	struct err err = {0};
	memset(trial, 0, sizeof *trial);
	trial->loop = loop_new(&err);
	assert_non_null(trial->loop);
	loop_timer_init(&trial->give_up, trial->loop, on_give_up, trial);
	renderer_start(&trial->renderer, workers, 1);
	struct plants_options options = {.renderer = trial->renderer.pid, .plan = plan, .log_fd = STDERR_FILENO};
	trial->plants = plants_start(trial->loop, &options, on_ready, trial);
	turn(trial);
	assert_int_equal(trial->readies, 1);
}

static void trial_stop(struct trial *trial)
{
	helper_stop(trial->plants, on_done, trial);
	turn(trial);
	assert_int_equal(trial->dones, 1);
}

static void trial_release(struct trial *trial)
{
	helper_free(trial->plants);
	loop_timer_release(&trial->give_up);
	loop_free(trial->loop);
	renderer_end(&trial->renderer);
	json_free(trial->facts);
}

static void sleep_ms(int ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static void await_state(const struct trial *trial, bool stopped)
{
	int64_t give_up_us = mono_now_us() + GIVE_UP_US;
	while ((proc_state(trial->renderer.pid) == 'T') != stopped) {
		if (mono_now_us() > give_up_us)
			fail_msg("the renderer is not %s", stopped ? "stopped" : "continued");
		sleep_ms(1);
	}
}

static double log_number(const struct trial *trial, size_t index, const char *key)
{
	return json_number(json_at(json_get(trial->facts, "plants"), index), key, -1);
}

static void stops_and_continues_the_page(void **state)
{
	(void)state;
	struct trial trial;
	double before_ms = (double)mono_now_us() / 1000;
	trial_start(&trial, "5:stop:50000:60000:1,9:stop:300000:20000:1");
	helper_go(trial.plants);
	await_state(&trial, true);
	await_state(&trial, false);
	await_state(&trial, true);
	await_state(&trial, false);
	trial_stop(&trial);
	assert_null(json_text(trial.facts, "failed", NULL));
	assert_int_equal(json_length(json_get(trial.facts, "plants")), 2);
	assert_true(log_number(&trial, 0, "id") == 5 && log_number(&trial, 1, "id") == 9);
	assert_true(log_number(&trial, 0, "begin") >= before_ms + 50);
	assert_true(log_number(&trial, 0, "end") >= log_number(&trial, 0, "begin") + 60);
	assert_true(log_number(&trial, 1, "begin") >= log_number(&trial, 0, "begin") + 249);
	trial_release(&trial);
}

static void loads_the_processors_on_our_account(void **state)
{
	(void)state;
	struct trial trial;
	trial_start(&trial, "0:load:0:600000:3");
	helper_go(trial.plants);
	pid_t planter = helper_pid(trial.plants), child[4];
	int64_t give_up_us = mono_now_us() + GIVE_UP_US;
	while (helper_cpu_us(trial.plants) < 100000 && mono_now_us() < give_up_us)
		sleep_ms(10); /* counted when they were waited for: one of them may be enough, and others may have the processors */
	assert_true(helper_cpu_us(trial.plants) >= 100000);
	while (proc_descendants(planter, child, 4) > 1 && mono_now_us() < give_up_us)
		sleep_ms(1);
	assert_int_equal(proc_descendants(planter, child, 4), 1); /* the guard */
	trial_stop(&trial);
	assert_true(log_number(&trial, 0, "end") >= log_number(&trial, 0, "begin") + 599);
	trial_release(&trial);
}

/* What was not reached when the window ended is not told, and nothing is begun after it. */
static void ends_when_the_window_does(void **state)
{
	(void)state;
	struct trial trial;
	trial_start(&trial, "0:stop:0:1000:1,1:stop:60000000:1000:1");
	helper_go(trial.plants);
	await_state(&trial, false);
	sleep_ms(100);
	trial_stop(&trial);
	assert_int_equal(json_length(json_get(trial.facts, "plants")), 1);
	trial_release(&trial);
}

static void without_a_window_nothing_is_done(void **state)
{
	(void)state;
	struct trial trial;
	trial_start(&trial, "0:stop:0:1000:1");
	sleep_ms(50);
	trial_stop(&trial);
	assert_int_equal(json_length(json_get(trial.facts, "plants")), 0);
	trial_release(&trial);
}

/* In the middle of a stop of ten seconds: whatever happens to the planter, the page goes on. */
static void a_stopped_page_is_continued_however_it_ends(void **state)
{
	(void)state;
	enum way { KILLED, FREED, STOPPED, WAYS };
	for (int way = KILLED; way < WAYS; way++) {
		struct trial trial;
		trial_start(&trial, "0:stop:0:10000000:1");
		helper_go(trial.plants);
		await_state(&trial, true);
		if (way == KILLED) {
			kill(helper_pid(trial.plants), SIGKILL);
		} else if (way == FREED) {
			helper_free(trial.plants);
			trial.plants = NULL;
		} else {
			trial_stop(&trial);
		}
		await_state(&trial, false);
		trial_release(&trial);
	}
}

/* The load's processes do not outlive who started them. */
static void a_killed_planter_takes_its_load_along(void **state)
{
	(void)state;
	struct trial trial;
	pid_t children[8];
	trial_start(&trial, "0:load:0:10000000:4");
	helper_go(trial.plants);
	pid_t planter = helper_pid(trial.plants);
	while (proc_descendants(planter, children, 8) < 5)
		sleep_ms(1);
	kill(planter, SIGKILL);
	for (int i = 0; i < 5; i++) {
		int64_t give_up_us = mono_now_us() + GIVE_UP_US;
		while (proc_state(children[i]) != '\0' && proc_state(children[i]) != 'Z' && mono_now_us() < give_up_us)
			sleep_ms(1);
		assert_true(proc_state(children[i]) == '\0' || proc_state(children[i]) == 'Z');
	}
	trial_stop(&trial);
	assert_string_equal(json_text(trial.facts, "failed", ""), "the planter ended by itself");
	trial_release(&trial);
}

static void a_page_that_is_not_there_is_told(void **state)
{
	(void)state;
	static const struct {
		pid_t renderer;
		const char *says;
	} rows[] = {
		{0, "the page's renderer was not found"},
		{0x7ffffff0, "there is no process 2147483632 to plant in"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct trial trial = {.loop = loop_new(NULL)};
		loop_timer_init(&trial.give_up, trial.loop, on_give_up, &trial);
		struct plants_options options = {.renderer = rows[i].renderer, .plan = "0:stop:0:1000:1", .log_fd = STDERR_FILENO};
		trial.plants = plants_start(trial.loop, &options, on_ready, &trial);
		assert_int_equal(trial.readies, 0);
		turn(&trial);
		trial_stop(&trial);
		if (strncmp(json_text(trial.facts, "failed", ""), rows[i].says, strlen(rows[i].says)) != 0)
			fail_msg("%s, not %s", json_text(trial.facts, "failed", ""), rows[i].says);
		helper_free(trial.plants);
		loop_timer_release(&trial.give_up);
		loop_free(trial.loop);
		json_free(trial.facts);
	}
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "plant") == 0)
		return planter(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stops_and_continues_the_page),
		cmocka_unit_test(loads_the_processors_on_our_account),
		cmocka_unit_test(ends_when_the_window_does),
		cmocka_unit_test(without_a_window_nothing_is_done),
		cmocka_unit_test(a_stopped_page_is_continued_however_it_ends),
		cmocka_unit_test(a_killed_planter_takes_its_load_along),
		cmocka_unit_test(a_page_that_is_not_there_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
