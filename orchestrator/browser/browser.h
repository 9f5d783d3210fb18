/* One browser from exec to gone: scratch folders, flags, user, endpoint, page, sandbox proof,
 * and how it died.
 *
 * States are the caller's business (run/launch); this says what happened, in order:
 * on_ready once (a CDP connection with a page session on about:blank), then events, then
 * on_gone exactly once, always, after every process is dead and scratch deleted.
 * After on_died it closes itself, at the latest when a trace is written, so on_gone follows whatever
 * the caller does.
 * Ownership: the handle is the caller's and is freed after on_gone (browser_free; deferred); freed
 * earlier it ends everything too, without calling back.
 * Threads: the loop's. */
#ifndef WASMOGRAPH_BROWSER_BROWSER_H
#define WASMOGRAPH_BROWSER_BROWSER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/json.h"
#include "cdp/session.h"
#include "loop/loop.h"
#include "trace/format.h"

struct browser;

enum browser_mode { BROWSER_HEADLESS, BROWSER_SHELL, BROWSER_HEADED };
const char *browser_mode_name(enum browser_mode mode); /* "headless" "shell" "headed" */
int browser_mode_parse(const char *name, enum browser_mode *mode); /* −1 unknown */

/* How a browser ended, or what else ended its launch; stored with the launch. "Killed" is by a signal that
 * somebody sends (SIGKILL, SIGTERM, SIGINT), "crashed" of itself (SIGSEGV, SIGILL, SIGTRAP, SIGABRT, exit ≠ 0). */
enum browser_death {
	BROWSER_CLOSED_BY_US,      /* nothing wrong */
	BROWSER_FAILED_TO_START,   /* could not be executed, or ended by itself before its endpoint was there */
	BROWSER_CRASHED,
	BROWSER_KILLED,
	BROWSER_RENDERER_CRASHED,
	BROWSER_RENDERER_KILLED,
	BROWSER_RENDERER_DIED,     /* before we were attached: the browser does not say how */
	BROWSER_SUPERVISOR_KILLED, /* ours; the browser goes with it */
	/* Chromium goes on with another one, but what was measured meanwhile is no measurement
	 * (browser/census.h). */
	BROWSER_GPU_PROCESS_DIED,
	BROWSER_NETWORK_SERVICE_DIED,
	BROWSER_STORAGE_SERVICE_DIED,
	/* Alive, and a deadline passed: */
	BROWSER_STOPPED,           /* one of its processes is stopped by a signal */
	BROWSER_LOOPING,           /* a thread of the page runs without a pause */
	BROWSER_HUNG,              /* neither */
	BROWSER_DISCONNECTED,      /* alive, and the socket was lost */
	BROWSER_OUT_OF_MEMORY,     /* the renderer or V8 says so, or the kernel's oom_kill counter moved */
};
/* "closed", "failed-to-start", "browser-crashed", "gpu-process-died", "hung", … */
const char *browser_death_name(enum browser_death death);

struct browser_user {
	uid_t uid;
	gid_t gid;
	bool sandbox;             /* false: --no-sandbox, with the warning to be stored */
	char warning[256];        /* "" or why there is no sandbox */
};

/* Who runs the browser: `name` (--browser-user, default "nobody") when we are root, else ourselves.
 * Root with no usable user: sandbox false with the warning. ERR_USAGE for an unknown name. */
int browser_user_find(const char *name, struct browser_user *user, struct err *err);

/* The browser program: found once per run. Strings are owned. */
struct browser_program {
	char *path;               /* what is executed */
	char *version;            /* "Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)" */
	enum browser_mode mode;
};

/* Looks for `path`, or in PATH: headless and headed: chromium, chromium-browser, google-chrome-stable; shell:
 * chromium-headless-shell. Asks --version (as the browser's user, with a scratch HOME, deadline 20 s).
 * ERR_ENVIRONMENT naming the Debian package that brings it. */
int browser_find(const char *path, enum browser_mode mode, const struct browser_user *user,
	struct browser_program *program, struct err *err);
void browser_program_release(struct browser_program *program);

/* The control group that holds the browser's processes and nothing else, made for its CPU accounting. */
struct browser_group {
	int version;      /* 0: there is none */
	char text[480];   /* its folder; or why there is none */
};

struct browser_options {
	const struct browser_program *program;
	const struct browser_user *user;
	const char *cpus;         /* the processors that it may use, "0,2-3", kept to by a control group where that can be, else by affinity; NULL: ours */
	const char *scratch;      /* ${TMPDIR:-/tmp}/wasmograph-<uid>/<launch>; created by browser_start */
	int log_fd;               /* browser's stdout and stderr */
	const struct json *extra_flags; /* array of strings from probe.json, merged; may be NULL */
	int64_t start_deadline_us; /* exec → ready */
};

struct browser_events {
	void (*on_process)(pid_t supervisor, pid_t browser, uint64_t browser_start_ticks, void *context);
	void (*on_ready)(void *context);
	/* The renderer crashed, the socket was lost, the process exited: once, before on_gone; not
	 * after browser_close(). */
	void (*on_died)(enum browser_death death, const char *detail, void *context);
	/* Any CDP event of the page session. */
	void (*on_page_event)(const char *method, const struct json *params, void *context);
	/* `clean` is false when the supervisor ended without saying that nothing is left; then
	 * browser_sweep() has been run here. */
	void (*on_gone)(bool clean, void *context);
	void *context;
};

struct browser *browser_start(struct loop *loop, const struct browser_options *options,
	const struct browser_events *events, struct err *err);

/* Valid from on_ready to on_died or browser_close(). */
struct cdp_connection *browser_connection(struct browser *browser);
const char *browser_page_session(const struct browser *browser);
pid_t browser_tree(const struct browser *browser); /* root pid for CPU accounting: the supervisor */
const struct browser_group *browser_group(const struct browser *browser); /* known from on_process on */

/* Facts for storage (browser/facts.h): versions, flags as given, the command line as Chromium has it,
 * mode, user, and the sandbox as verified from /proc:
 * "sandbox":{"asked","warning","renderer_pid","renderers","seccomp","pid_namespaces","verified"},
 * "cpus" (which processors it may use, "0-1", or null), "cpus_by" ("cpuset", "affinity", null) and "cpuset_refused",
 * "cgroup" ("v1", "v2", "none") and "cgroup_refused" (why there is none, or null).
 * Meant for after the page has been navigated. The caller frees. */
struct json *browser_facts(struct browser *browser);

/* Navigates the page; the callback gets ERR_REFUSED with the net error when loading failed. Loaded means
 * the load event. */
typedef void (*browser_loaded_fn)(const struct err *err, void *context);
void browser_navigate(struct browser *browser, const char *url, int64_t deadline_us,
	browser_loaded_fn on_loaded, void *context);

/* Loads the page that is there again (Page.reload); the same callback and codes. */
void browser_reload(struct browser *browser, int64_t deadline_us, browser_loaded_fn on_loaded,
	void *context);

/* Evaluates an expression in the page and awaits its promise (Runtime.evaluate, awaitPromise,
 * returnByValue): the value, or ERR_REFUSED with the exception's text, ERR_TIMEOUT, ERR_CLOSED. The
 * value is NULL for undefined, and a text for what JSON lacks (NaN, Infinity, -0, BigInt).
 * ERR_CLOSED comes before on_died, and from inside browser_close() for what then waits. */
typedef void (*browser_value_fn)(const struct json *value, const struct err *err, void *context);
void browser_evaluate(struct browser *browser, const char *expression, int64_t deadline_us,
	browser_value_fn on_value, void *context);

/* Records a trace of the browser process, the GPU process and the page's renderers, kept by the browser until it is
 * stopped (Tracing domain, on the page's session): as it records, or converted to JSON by it, which it does at 17–29 MB/s
 * before the first byte comes. A renderer that is born
 * while recording makes the stop stall for 5 s: load the page, start, and reload it, if the trace is
 * to hold the navigation. */
struct browser_trace_options {
	const char *const *categories; /* NULL-terminated; all others are off */
	int buffer_kb;                 /* 0: the browser's default, 200 MB */
	enum trace_format format;      /* TRACE_FORMAT_PROTOBUF; else JSON */
	bool ring;                     /* a full buffer overwrites its oldest part; else it records no more */
};
typedef void (*browser_done_fn)(const struct err *err, void *context);

/* ERR_REFUSED ("already started": its tracing service has died), ERR_TIMEOUT (a renderer that is stopped or
 * loops), ERR_BUSY while a trace is being recorded or stopped, ERR_CLOSED. */
void browser_trace_start(struct browser *browser, const struct browser_trace_options *options,
	int64_t deadline_us, browser_done_fn on_started, void *context);

struct browser_trace_result {
	bool data_loss;   /* dataLossOccurred: something is missing */
	int64_t bytes;    /* written */
	int64_t asked_us; /* mono_now_us() as it was asked to stop */
	int64_t stop_us;  /* until the browser had the trace together … */
	int64_t read_us;  /* … and from then until it was written */
};

/* `result` is there with an err, too, as far as it is known. */
typedef void (*browser_trace_fn)(const struct browser_trace_result *result, const struct err *err,
	void *context);

/* Stops recording and writes the trace to `fd`, which is borrowed until the callback, from where that
 * stands, in bounded memory. ERR_REFUSED ("Tracing failed"), ERR_NO_SPACE (disk full: the browser stays
 * usable), ERR_IO, ERR_INVALID, ERR_TIMEOUT of either part, ERR_BUSY, ERR_CLOSED.
 * The browser process does this, not the page: it may be asked for from inside on_died, too. If the
 * process lives, the browser then closes itself only after the callback; browser_close() ends it early. */
void browser_trace_stop(struct browser *browser, int fd, int64_t stop_deadline_us,
	int64_t read_deadline_us, browser_trace_fn on_stopped, void *context);

/* Samples every millisecond what a thread runs (Profiler domain): the page's main thread, or the first worker that the page
 * has or makes from now on. ERR_REFUSED, ERR_TIMEOUT, ERR_CLOSED. One profile at a time, and not beside a snapshot. */
enum browser_profiled { BROWSER_PROFILED_PAGE, BROWSER_PROFILED_WORKER };
void browser_profile_start(struct browser *browser, enum browser_profiled whose, int64_t deadline_us,
	browser_done_fn on_started, void *context);

/* `bytes` written, also with an err. */
typedef void (*browser_captured_fn)(int64_t bytes, const struct err *err, void *context);

/* Ends the profile and writes it to `fd` (borrowed until the callback) in the form of a .cpuprofile file. The worker must be
 * there still. ERR_REFUSED (there was no worker, or it is gone), ERR_NO_SPACE, ERR_ENVIRONMENT, ERR_IO, ERR_INVALID,
 * ERR_TIMEOUT, ERR_CLOSED. */
void browser_profile_stop(struct browser *browser, int fd, int64_t deadline_us, browser_captured_fn on_captured,
	void *context);

/* Takes a snapshot of the page's JavaScript heap (HeapProfiler domain; it collects garbage first) and writes it to `fd`
 * piece by piece, in the form of a .heapsnapshot file. Errors as above. */
void browser_snapshot(struct browser *browser, int fd, int64_t deadline_us, browser_captured_fn on_captured,
	void *context);

/* A deadline of the caller's passed: asks the browser process whether it is there (1 s), looks at what its
 * processes do (0.5 s), then calls on_died(BROWSER_STOPPED, BROWSER_LOOPING or BROWSER_HUNG, "DETAIL; the browser
 * process answers, the page does not; the renderer (pid 812) is stopped by a signal") or "… does not answer
 * either; …". A death that shows meanwhile is told instead. Does nothing after on_died or browser_close(). */
void browser_mark_hung(struct browser *browser, const char *detail);

/* Ends everything; on_gone follows within 5 s (processes are killed, not asked: the profile
 * is thrown away). Idempotent. */
void browser_close(struct browser *browser);
void browser_free(struct browser *browser);

/* Sweeps what a dead supervisor left: kills `pid` if it still is the process of `start_ticks`, with its
 * descendants, whatever has `scratch` as its home and whatever is in the launch's control group, and deletes
 * that group and `scratch`, which must have the shape /…/wasmograph-<uid>/NAME. Blocks for up to 3 s. */
int browser_sweep(pid_t supervisor, pid_t browser, uint64_t start_ticks, const char *scratch,
	struct err *err);

/* ${TMPDIR:-/tmp}/wasmograph-<uid>; the caller frees. */
char *browser_scratch_root(void);

#endif
