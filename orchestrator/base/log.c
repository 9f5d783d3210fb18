#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/utf8.h"

/* A line holds an error's whole text and a little around it; longer ones are cut. */
enum { LINE_SIZE = ERR_TEXT_SIZE + 256, FALLBACK_COLUMNS = 80 };

/* Return to the first column and erase to the end of the line (ECMA-48 EL). */
#define ERASE_LINE "\r\033[K"

void log_init(struct log *log, bool quiet)
{
	*log = (struct log){.quiet = quiet, .terminal = isatty(STDERR_FILENO)};
}

static void write_all(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(STDERR_FILENO, bytes, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return; /* nobody is left to be told */
		bytes += written;
		length -= (size_t)written;
	}
}

/* Text may quote a guest or a browser: it must not steer the terminal. */
static void drop_controls(char *text)
{
	for (char *at = text; *at; at++)
		if (((unsigned char)*at < 0x20 && *at != '\n' && *at != '\t') || *at == 0x7F)
			*at = '?';
}

static void format_line(char line[LINE_SIZE], const char *format, va_list arguments)
{
	int length = vsnprintf(line, LINE_SIZE, format, arguments);
	if (length >= LINE_SIZE)
		line[utf8_whole_prefix(line, strlen(line))] = '\0';
	drop_controls(line);
}

/* One write() a line, so that lines of several processes do not mix. */
static void put(const char *before, const char *line, const char *after)
{
	char whole[LINE_SIZE + 64];
	int length = snprintf(whole, sizeof whole, "%s%s%s", before, line, after);
	write_all(whole, (size_t)length);
}

/* A line as wide as the terminal would wrap, and could not be erased any more. Every
 * sequence is counted as one column; wide characters may still wrap. */
static void cut_to_width(char *line)
{
	struct winsize window = {0};
	size_t columns = FALLBACK_COLUMNS;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 1)
		columns = window.ws_col;
	size_t left = strlen(line);
	for (char *at = line; *at; columns--) {
		if (columns == 1 || *at == '\n') {
			*at = '\0';
			return;
		}
		size_t step = utf8_sequence(at, left);
		step = step ? step : 1;
		at += step;
		left -= step;
	}
}

static void append_tail(const struct log *log, char line[LINE_SIZE])
{
	size_t length = strlen(line);
	if (log->tail[0] && length + LOG_TAIL_SIZE + 2 < LINE_SIZE)
		snprintf(line + length, LINE_SIZE - length, "  %s", log->tail);
}

void log_progress(struct log *log, const char *format, ...)
{
	if (log->quiet)
		return;
	char line[LINE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	format_line(line, format, arguments);
	va_end(arguments);
	append_tail(log, line);
	if (!log->terminal) {
		put("", line, "\n");
		return;
	}
	cut_to_width(line);
	put(ERASE_LINE, line, "");
	log->progress_open = true;
}

/* A line that stays takes the place of the progress line; the next step draws it anew. */
static void put_lasting(struct log *log, const char *name, const char *line)
{
	char before[64];
	snprintf(before, sizeof before, "%s%s", log->progress_open ? ERASE_LINE : "", name);
	put(before, line, "\n");
	log->progress_open = false;
}

void log_note(struct log *log, const char *format, ...)
{
	if (log->quiet)
		return;
	char line[LINE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	format_line(line, format, arguments);
	va_end(arguments);
	put_lasting(log, "", line);
}

void log_error(struct log *log, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	format_line(line, format, arguments);
	va_end(arguments);
	put_lasting(log, "wasmograph: ", line);
}

void log_close_progress(struct log *log)
{
	if (!log->progress_open)
		return;
	put("", "", "\n");
	log->progress_open = false;
}
