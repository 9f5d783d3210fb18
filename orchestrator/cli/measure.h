/* What `run`, `plan`, `reproduce` and `selfcheck` share: options of a measurement, doing it, showing it.
 *
 * Ownership: struct measure borrows its options; measure_release() frees what it made. */
#ifndef WASMOGRAPH_CLI_MEASURE_H
#define WASMOGRAPH_CLI_MEASURE_H

#include "cli/cli.h"
#include "cli/foreign.h"
#include "run/run.h"

struct measure_options {
	const char *browser, *browser_mode, *browser_user, *cpus, *trace, *trace_format;
	int64_t trace_buffer_kb; /* 0: the browser's default */
	int64_t ring_mb;         /* 0: RING_MB_DEFAULT */
	struct cli_texts triggers; /* "MS" or "GLOB=MS": cli_texts_release() */
	bool wait;
	bool runs_may_say;       /* how each is traced (struct measure_tracing): measure_check_options() when all are there */
};

/* The options' rows for a command's table. */
#define MEASURE_BROWSER_OPTIONS(o) \
	{ "--browser", "PATH", "the browser to drive (default: chromium in PATH)", CLI_TEXT, \
		&(o).browser, 0, 0 }, \
	{ "--browser-mode", "MODE", "headless (default), shell or headed", CLI_TEXT, \
		&(o).browser_mode, 0, 0 }, \
	{ "--browser-user", "NAME", "who runs it when we are root (default nobody)", CLI_TEXT, \
		&(o).browser_user, 0, 0 }, \
	{ "--cpus", "browser=LIST,daemon=LIST", "which processors each may use (default: all)", CLI_TEXT, &(o).cpus, 0, 0 }, \
	{ "--wait", NULL, "queue while another measurement runs on this machine", CLI_FLAG, \
		&(o).wait, 0, 0 }
#define MEASURE_FORMAT_OPTION(o) \
	{ "--trace-format", "FORMAT", "protobuf (default), or json, for which Chromium takes ten times as long", CLI_TEXT, \
		&(o).trace_format, 0, 0 }
#define MEASURE_OPTIONS(o) \
	MEASURE_BROWSER_OPTIONS(o), \
	{ "--trace", "WHEN", "explain (default): one more block, traced; ring; all; off", CLI_TEXT, \
		&(o).trace, 0, 0 }, \
	{ "--trigger", "MS", "with ring: what ends a recording (default: the threshold); or GLOB=MS", CLI_LIST, &(o).triggers, 0, 0 }, \
	{ "--ring-mb", "MB", "with ring: what it holds before the oldest is overwritten (default 64)", CLI_WHOLE, \
		&(o).ring_mb, 1, REQUEST_RING_MB_MAX }, \
	{ "--trace-buffer", "KB", "the browser's trace buffer (default: its own, 200 MB)", CLI_WHOLE, \
		&(o).trace_buffer_kb, 1, 4e6 }, \
	MEASURE_FORMAT_OPTION(o)

/* A seed for a run that was given none: 48 bits, exact in JSON and short enough to type. */
uint64_t measure_draw_seed(void);

void measure_defaults(struct measure_options *options);

/* One run to be made; owned strings and arrays. */
struct measure_run {
	struct probe *probe;          /* NULL when the request came complete */
	size_t *arms;
	double *triggers_ms;          /* by position in arms; NULL without a flight recorder */
	struct run_request request;
	struct run_result result;
	size_t arms_without_valid;    /* requested arms that have no valid launch */
};

/* How a run says itself that it is traced, as a plan's may; the options go before it. Borrowed. */
struct measure_tracing {
	const char *trace;            /* a word of schedule_trace_parse(); NULL: it does not say */
	const char *const *triggers;  /* as the options' */
	size_t trigger_count;
	int64_t ring_mb;              /* 0: it does not say */
};

struct measure;

/* What is told of runs that were made, from the store; may set their arms_without_valid. */
typedef int (*measure_show_fn)(const struct measure *measure, struct store *store, void *context, struct err *err);

struct measure {
	const struct cli_common *common;
	struct measure_options options;
	struct log log;
	char *data_root;
	enum schedule_trace trace;
	enum trace_format trace_format;
	const char *plan;             /* NULL for a single run */
	const struct foreign_options *foreign; /* guests added to each run's probe, or NULL */
	measure_show_fn show;         /* NULL: their tables */
	void *show_context;
	struct measure_run *runs;
	size_t run_count;
	bool *triggers_used;          /* of each of options.triggers, whether it named an arm of a recorded run */
};

int measure_init(struct measure *measure, const struct cli_common *common,
	const struct measure_options *options, struct err *err);
void measure_release(struct measure *measure);

/* Adds a run of `probe`; request's probe and arms are filled in here from the globs. `tracing` may be NULL. */
int measure_add(struct measure *measure, const char *probe, const char *const *globs,
	size_t glob_count, const struct run_request *request, const struct measure_tracing *tracing, struct err *err);

/* Options that no run that was added would heed are refused. */
int measure_check_options(const struct measure *measure, struct err *err);

/* Adds a run whose request is complete but for a flight recorder's buffer and triggers; probe and arms stay the caller's. `trigger_ms` is what ends
 * a recording where no option says it. */
int measure_add_ready(struct measure *measure, const struct run_request *request, double trigger_ms, struct err *err);

/* The session of the options; `label` is told to who finds the lock held. The caller closes it. */
int measure_open(struct measure *measure, const char *label, struct session *session, struct err *err);

/* Measures everything, prints what was finished, returns the exit status. */
int measure_all(struct measure *measure);

#endif
