#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "host/interrupt.h"
#include "host/children.h"

static volatile sig_atomic_t handled;

static void on_signal(int signal)
{
	handled = signal;
}

/* Each way runs in a child of its own; what it returns is its exit status, 0 = as promised. */

static bool is_pending(int signal)
{
	sigset_t pending;
	sigpending(&pending);
	return sigismember(&pending, signal) == 1;
}

static bool is_blocked(int signal)
{
	sigset_t mask;
	sigprocmask(SIG_SETMASK, NULL, &mask);
	return sigismember(&mask, signal) == 1;
}

static int lethal_is_taken_away(int signal)
{
	struct interrupt interrupt;
	interrupt_begin(&interrupt);
	if (interrupt_wait(&interrupt, 0))
		return 1;
	raise(signal);
	if (!interrupt_wait(&interrupt, 0) || !interrupt_wait(&interrupt, 0))
		return 2;
	interrupt_end(&interrupt); /* would kill us if it were still pending */
	return is_blocked(signal) ? 3 : 0;
}

static int unreported_still_kills(int signal)
{
	struct interrupt interrupt;
	interrupt_begin(&interrupt);
	raise(signal);
	interrupt_end(&interrupt);
	return 1;
}

static int handled_reaches_its_handler(int signal_number)
{
	struct interrupt interrupt;
	signal(signal_number, on_signal);
	interrupt_begin(&interrupt);
	raise(signal_number);
	if (!interrupt_wait(&interrupt, 0) || handled != 0)
		return 1;
	interrupt_end(&interrupt);
	return handled == signal_number ? 0 : 2;
}

static int blocked_stays_pending(int signal)
{
	sigset_t set;
	struct interrupt interrupt;
	sigemptyset(&set);
	sigaddset(&set, signal);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(signal);
	interrupt_begin(&interrupt); /* one that came before is seen, too */
	if (!interrupt_wait(&interrupt, 0))
		return 1;
	interrupt_end(&interrupt);
	return is_pending(signal) && is_blocked(signal) ? 0 : 2;
}

static int ignored_stays_ignored(int signal_number)
{
	struct interrupt interrupt;
	signal(signal_number, SIG_IGN);
	interrupt_begin(&interrupt);
	raise(signal_number);
	if (interrupt_wait(&interrupt, 0))
		return 1;
	interrupt_end(&interrupt);
	return 0;
}

static void keeps_its_promises_for_both_signals(void **state)
{
	(void)state;
	static const struct {
		int (*way)(int signal);
		bool dies;
	} rows[] = {
		{lethal_is_taken_away, false},
		{unreported_still_kills, true},
		{handled_reaches_its_handler, false},
		{blocked_stays_pending, false},
		{ignored_stays_ignored, false},
	};
	static const int signals[] = {SIGINT, SIGTERM};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t s = 0; s < 2; s++) {
			pid_t pid = fork();
			if (pid == 0) {
				signal(signals[s], SIG_DFL);
				_exit(rows[i].way(signals[s]));
			}
			int status = scratch_wait(pid);
			if (rows[i].dies)
				assert_true(WIFSIGNALED(status) && WTERMSIG(status) == signals[s]);
			else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
				fail_msg("row %zu, signal %d: status %x", i, signals[s], status);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_its_promises_for_both_signals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
