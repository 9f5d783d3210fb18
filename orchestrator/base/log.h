/* What goes to stderr: progress lines and sentences for people.
 *
 * There is one stream per process; `--quiet` drops progress, never errors. No
 * line is written inside a measured window (docs/METHOD.md). */
#ifndef WASMOGRAPH_BASE_LOG_H
#define WASMOGRAPH_BASE_LOG_H

#include <stdbool.h>

enum { LOG_TAIL_SIZE = 48 };

/* The level is a value that main owns and passes down; there is no global. */
struct log {
	bool quiet;
	bool progress_open; /* a progress line without a newline stands on the terminal */
	bool terminal;      /* stderr is a terminal: progress may rewrite its line */
	char tail[LOG_TAIL_SIZE]; /* stands at the end of each progress line: what is left of a longer work */
};

void log_init(struct log *log, bool quiet);

/* One progress step. On a terminal the line replaces the one before it; in a
 * file each step is a line of its own. */
void log_progress(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line that stays: notes and warnings. Dropped by --quiet. */
void log_note(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "wasmograph: TEXT", never dropped. */
void log_error(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends an open progress line, e.g. before something is printed to stdout. */
void log_close_progress(struct log *log);

#endif
