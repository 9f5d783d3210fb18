/* What is read of threads: from texts as kernels write them, and of a real process whose threads spin, sleep, stop
 * and touch memory. */
#include "host/ticks_thread.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "support/renderer.h"

static void parses_what_kernels_write(void **state)
{
	(void)state;
	static const struct {
		const char *stat, *schedstat;
		struct ticks_reading wanted;
	} rows[] = {
		{"7 (DedicatedWorker) S 1 7 7 0 -1 4194304 251 0 3 0 5 6", "111 222 33\n", {111, 222, 251, 'S'}},
		{"7 (a) b (c) R 1 7 7 0 -1 4194304 18446744073709551614 0", "1 2 3", {1, 2, UINT64_MAX - 1, 'R'}},
		{"7 (x) T 1 7 7 0 -1 4194304 0 0", "", {TICKS_UNKNOWN, TICKS_UNKNOWN, 0, 'T'}},
		{"", "5 6 7\n", {5, 6, TICKS_UNKNOWN, '\0'}},
		{"7 (x) S 1 7 7", "5", {TICKS_UNKNOWN, TICKS_UNKNOWN, TICKS_UNKNOWN, '\0'}},
		{"7 (x)", "x", {TICKS_UNKNOWN, TICKS_UNKNOWN, TICKS_UNKNOWN, '\0'}},
		{"7 x S 1 2 3 4 5 6 7", "-1 2", {TICKS_UNKNOWN, TICKS_UNKNOWN, TICKS_UNKNOWN, '\0'}},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct ticks_reading seen;
		ticks_reading_parse(rows[i].stat, rows[i].schedstat, &seen);
		assert_true(seen.run_ns == rows[i].wanted.run_ns);
		assert_true(seen.delay_ns == rows[i].wanted.delay_ns);
		assert_true(seen.faults == rows[i].wanted.faults);
		assert_int_equal(seen.state, rows[i].wanted.state);
	}
}

static void sleep_ms(int ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static struct ticks_reading read_now(const struct ticks_threads *threads, int index)
{
	struct ticks_reading reading;
	ticks_thread_read(&threads->items[index], &reading);
	return reading;
}

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

enum { MAIN, SLEEPER, SPINNER, THREADS };

static void start(struct renderer *renderer, struct ticks_threads *threads)
{
	static const enum renderer_work workers[] = {RENDERER_SLEEPS, RENDERER_SPINS};
	struct err err = {0};
	renderer_start(renderer, workers, 2);
	if (ticks_threads_open(threads, renderer->pid, &err))
		fail_msg("%s", err.text);
}

static void end(struct renderer *renderer, struct ticks_threads *threads)
{
	ticks_threads_release(threads);
	renderer_end(renderer);
}

static void finds_the_threads(void **state)
{
	(void)state;
	struct renderer renderer;
	struct ticks_threads threads;
	start(&renderer, &threads);
	assert_int_equal(threads.count, THREADS);
	assert_int_equal(threads.left_out, 0);
	assert_int_equal(threads.items[MAIN].tid, renderer.pid);
	for (int i = SLEEPER; i < THREADS; i++) {
		assert_string_equal(threads.items[i].name, "DedicatedWorker");
		assert_true(threads.items[i].tid > threads.items[i - 1].tid || threads.items[i].tid < renderer.pid);
		assert_int_equal(threads.items[i].ns_tid, threads.items[i].tid);
	}
	assert_int_equal(ticks_threads_unknown(&threads, renderer.pid), 0);
	threads.count--; /* the last worker becomes one that is not known */
	assert_int_equal(ticks_threads_unknown(&threads, renderer.pid), 1);
	threads.count++;
	end(&renderer, &threads);
}

/* Asked at once, a thread is often in its first slice, of which nothing is booked yet: it is accounted all the same. */
static void believes_in_a_thread_that_has_just_begun(void **state)
{
	(void)state;
	struct renderer renderer;
	struct ticks_threads threads;
	for (int time = 0; time < 50; time++) {
		start(&renderer, &threads);
		for (int i = 0; i < THREADS; i++)
			assert_true(threads.items[i].schedstat_fd >= 0);
		end(&renderer, &threads);
	}
}

/* The next reading after the thread was given a CPU: only then is what it waited booked. */
static struct ticks_reading read_at_arrival(const struct ticks_threads *threads, int index)
{
	struct ticks_reading before = read_now(threads, index), now = before;
	while (now.run_ns == before.run_ns) {
		sleep_ms(1);
		now = read_now(threads, index);
	}
	return now;
}

/* A thread that always wants a CPU either runs or waits for one; one that sleeps does neither. */
static void counts_running_and_waiting(void **state)
{
	(void)state;
	struct renderer renderer;
	struct ticks_threads threads;
	start(&renderer, &threads);
	struct ticks_reading slept = read_now(&threads, SLEEPER), spun = read_at_arrival(&threads, SPINNER);
	uint64_t start_ns = now_ns();
	renderer_await_cpu(&renderer, 100);
	struct ticks_reading spun_on = read_at_arrival(&threads, SPINNER), slept_on = read_now(&threads, SLEEPER);
	double elapsed = (double)(now_ns() - start_ns);
	double wanted = (double)(spun_on.run_ns - spun.run_ns + spun_on.delay_ns - spun.delay_ns);
	if (wanted < 0.5 * elapsed || wanted > 1.5 * elapsed)
		fail_msg("ran or waited for %.3f of the time", wanted / elapsed);
	assert_true(spun_on.run_ns > spun.run_ns);
	assert_int_equal(spun_on.state, 'R');
	assert_int_equal(slept_on.state, 'S');
	assert_true(slept_on.run_ns == slept.run_ns && slept_on.delay_ns == slept.delay_ns);
	end(&renderer, &threads);
}

static void counts_page_faults(void **state)
{
	(void)state;
	struct renderer renderer;
	struct ticks_threads threads;
	start(&renderer, &threads);
	uint64_t before = read_now(&threads, MAIN).faults, others = read_now(&threads, SLEEPER).faults;
	renderer_order_touch(&renderer, 4);
	uint64_t faults = read_now(&threads, MAIN).faults - before;
	assert_true(faults >= 1024 && faults < 2048); /* 4 MiB of 4 KiB pages, and little besides */
	assert_true(read_now(&threads, SLEEPER).faults == others);
	end(&renderer, &threads);
}

static void sees_a_stop_and_an_end(void **state)
{
	(void)state;
	struct renderer renderer;
	struct ticks_threads threads;
	start(&renderer, &threads);
	assert_int_equal(kill(renderer.pid, SIGSTOP), 0);
	assert_int_equal(waitpid(renderer.pid, NULL, WUNTRACED), renderer.pid);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(read_now(&threads, i).state, 'T');
	assert_int_equal(kill(renderer.pid, SIGCONT), 0);
	renderer_order_touch(&renderer, 1);
	assert_int_not_equal(read_now(&threads, MAIN).state, 'T');
	renderer_end(&renderer);
	struct ticks_reading gone = read_now(&threads, SPINNER);
	assert_int_equal(gone.state, '\0');
	assert_true(gone.run_ns == TICKS_UNKNOWN && gone.delay_ns == TICKS_UNKNOWN && gone.faults == TICKS_UNKNOWN);
	ticks_threads_release(&threads);
}

static void has_a_ceiling(void **state)
{
	(void)state;
	enum renderer_work workers[TICKS_THREADS_MAX + 4] = {RENDERER_SLEEPS};
	struct renderer renderer;
	struct ticks_threads threads;
	struct err err;
	renderer_start(&renderer, workers, TICKS_THREADS_MAX + 4);
	assert_int_equal(ticks_threads_open(&threads, renderer.pid, &err), 0);
	assert_int_equal(threads.count, TICKS_THREADS_MAX);
	assert_int_equal(threads.left_out, 5);
	assert_int_equal(threads.items[MAIN].tid, renderer.pid);
	end(&renderer, &threads);
}

static void knows_nobody(void **state)
{
	(void)state;
	struct ticks_threads threads;
	struct err err = {0};
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	scratch_wait(pid);
	assert_int_equal(ticks_threads_open(&threads, pid, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(threads.count, 0);
}

/* In a pid namespace, as a sandboxed renderer is: its trace says 1 where we see another number. */
static void names_threads_as_their_namespace_does(void **state)
{
	(void)state;
	static const enum renderer_work workers[] = {RENDERER_SLEEPS};
	struct renderer renderer;
	struct ticks_threads threads;
	struct err err = {0};
	pid_t between = fork();
	if (between == 0) {
		if (unshare(CLONE_NEWPID) < 0)
			_exit(77); /* takes root */
		renderer_start(&renderer, workers, 1);
		if (ticks_threads_open(&threads, renderer.pid, &err) || threads.count != 2)
			_exit(2);
		bool right = threads.items[0].ns_tid == 1 && threads.items[1].ns_tid == 2 &&
			threads.items[0].tid == renderer.pid && threads.items[1].tid > 2;
		renderer_end(&renderer);
		_exit(right ? 0 : 3);
	}
	int status = scratch_wait(between);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_what_kernels_write),
		cmocka_unit_test(finds_the_threads),
		cmocka_unit_test(believes_in_a_thread_that_has_just_begun),
		cmocka_unit_test(counts_running_and_waiting),
		cmocka_unit_test(counts_page_faults),
		cmocka_unit_test(sees_a_stop_and_an_end),
		cmocka_unit_test(has_a_ceiling),
		cmocka_unit_test(knows_nobody),
		cmocka_unit_test(names_threads_as_their_namespace_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
