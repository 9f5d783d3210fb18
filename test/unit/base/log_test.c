#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "base/log.h"
#include "scratch.h"

/* stderr goes to `end` while `write_lines` runs; what arrived at `other` is in out[]. */
static void capture(int end, int other, bool quiet, void (*write_lines)(struct log *), char *out,
	size_t size)
{
	fflush(stderr);
	int kept = dup(STDERR_FILENO);
	dup2(end, STDERR_FILENO);
	struct log log;
	log_init(&log, quiet);
	write_lines(&log);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(end);
	size_t length = 0;
	ssize_t got;
	while (length < size - 1 && (got = read(other, out + length, size - 1 - length)) > 0)
		length += (size_t)got;
	out[length] = '\0';
	close(other);
}

static void capture_pipe(bool quiet, void (*write_lines)(struct log *), char *out, size_t size)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	capture(ends[1], ends[0], quiet, write_lines, out, size);
}

static void capture_terminal(unsigned short columns, void (*write_lines)(struct log *), char *out,
	size_t size)
{
	int ours, theirs;
	struct winsize window = {.ws_row = 24, .ws_col = columns};
	struct termios mode;
	assert_int_equal(openpty(&ours, &theirs, NULL, NULL, &window), 0);
	tcgetattr(theirs, &mode);
	cfmakeraw(&mode); /* no \n → \r\n */
	tcsetattr(theirs, TCSANOW, &mode);
	capture(theirs, ours, false, write_lines, out, size);
}

static void all_kinds(struct log *log)
{
	log_progress(log, "launch %d of %d", 1, 3);
	log_progress(log, "launch %d of %d", 2, 3);
	log_note(log, "note %s", "one");
	log_progress(log, "launch 3 of 3");
	log_error(log, "it %s", "broke");
	log_progress(log, "end");
	log_close_progress(log);
	log_close_progress(log);
}

static void a_file_gets_a_line_a_step(void **state)
{
	(void)state;
	char text[1000];
	capture_pipe(false, all_kinds, text, sizeof text);
	assert_string_equal(text, "launch 1 of 3\nlaunch 2 of 3\nnote one\nlaunch 3 of 3\n"
		"wasmograph: it broke\nend\n");
}

static void quiet_keeps_errors_only(void **state)
{
	(void)state;
	char text[1000];
	capture_pipe(true, all_kinds, text, sizeof text);
	assert_string_equal(text, "wasmograph: it broke\n");
}

static void a_terminal_line_is_rewritten(void **state)
{
	(void)state;
	char text[1000];
	capture_terminal(80, all_kinds, text, sizeof text);
	assert_string_equal(text, "\r\033[Klaunch 1 of 3\r\033[Klaunch 2 of 3\r\033[Knote one\n"
		"\r\033[Klaunch 3 of 3\r\033[Kwasmograph: it broke\n\r\033[Kend\n");
}

static void long_progress(struct log *log)
{
	log_progress(log, "12345\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9");
	log_progress(log, "one\ntwo");
	log_note(log, "notes may be as long as they like");
}

static void progress_never_wraps(void **state)
{
	(void)state;
	char text[1000];
	capture_terminal(10, long_progress, text, sizeof text);
	assert_string_equal(text, "\r\033[K12345\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\r\033[Kone"
		"\r\033[Knotes may be as long as they like\n");
}

static void with_a_tail(struct log *log)
{
	snprintf(log->tail, sizeof log->tail, "4 min left");
	log_progress(log, "one");
	log_note(log, "note");
	log->tail[0] = '\0';
	log_progress(log, "two");
}

static void a_tail_stands_behind_progress_only(void **state)
{
	(void)state;
	char text[1000];
	capture_pipe(false, with_a_tail, text, sizeof text);
	assert_string_equal(text, "one  4 min left\nnote\ntwo\n");
}

static void hostile(struct log *log)
{
	log_error(log, "guest said \"\033]0;owned\007\x7F\"\tand\nmore");
}

static void controls_do_not_reach_the_terminal(void **state)
{
	(void)state;
	char text[1000];
	capture_pipe(false, hostile, text, sizeof text);
	assert_string_equal(text, "wasmograph: guest said \"?]0;owned??\"\tand\nmore\n");
}

static void huge(struct log *log)
{
	char *text = mem_alloc_zero(5000, 1);
	memset(text, 'x', 4999);
	log_error(log, "%s", text);
	free(text);
}

static void long_lines_are_cut_and_end(void **state)
{
	(void)state;
	char text[8000];
	capture_pipe(false, huge, text, sizeof text);
	size_t length = strlen(text);
	assert_in_range(length, ERR_TEXT_SIZE, 2 * ERR_TEXT_SIZE);
	assert_int_equal(text[length - 1], '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_gets_a_line_a_step),
		cmocka_unit_test(quiet_keeps_errors_only),
		cmocka_unit_test(a_terminal_line_is_rewritten),
		cmocka_unit_test(progress_never_wraps),
		cmocka_unit_test(a_tail_stands_behind_progress_only),
		cmocka_unit_test(controls_do_not_reach_the_terminal),
		cmocka_unit_test(long_lines_are_cut_and_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
