/* Drives wasmograph's own browser layer for the bench, with the calls that `wasmograph run` makes: orders on
 * stdin, one answer a line on stdout (clients.py has the protocol).
 *
 *   client facts [PROGRAM]   prints the browser, its flags and whether it is sandboxed, as JSON
 *   client drive             takes orders
 *
 * Its supervisor is wasmograph's, but for its last word (supervise.c). */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/mono.h"
#include "browser/browser.h"
#include "browser/flags.h"
#include "host/proc.h"
#include "loop/loop.h"
#include "supervise.h"

/* The product's own deadlines are shorter for some of these; here none may end a measurement. */
enum { DEADLINE_US = 100 * 1000 * 1000, ORDER_CEILING = 1 << 20, CATEGORIES_MAX = 64 };

struct driver {
	struct loop *loop;
	struct loop_fd *input;
	struct buf pending; /* of stdin */
	struct browser_user user;
	struct browser_program program;
	struct browser *browser;
	char *scratch;
	int log_fd;
	int launches;
	pid_t supervisor;

	struct json *order;
	struct json *answer;
	struct json *marks; /* in the answer */
	int trace_fd;
	int64_t stop_begin_us;
};

/* ---- answers ---- */

static void mark_at(struct driver *driver, const char *name, int64_t now_us)
{
	struct proc_self self;
	proc_self_read(&self);
	struct json *mark = json_new_array();
	json_append(mark, json_new_number((double)now_us));
	json_append(mark, json_new_number((double)self.cpu_us));
	json_append(mark, json_new_number((double)self.voluntary_switches));
	json_set(driver->marks, name, mark);
}

static void mark(struct driver *driver, const char *name)
{
	mark_at(driver, name, mono_now_us());
}

static void begin_answer(struct driver *driver)
{
	driver->answer = json_new_object();
	driver->marks = json_new_object();
	json_set(driver->answer, "marks", driver->marks);
	mark(driver, "begin");
}

static void give_answer(struct driver *driver)
{
	char *text = json_print(driver->answer, false);
	puts(text);
	fflush(stdout);
	free(text);
	json_free(driver->answer);
	json_free(driver->order);
	driver->answer = driver->order = NULL;
}

/* The first failure of an order is its answer. */
static void fail(struct driver *driver, const char *text)
{
	if (!driver->answer)
		return;
	json_set_text(driver->answer, "error", text);
	give_answer(driver);
}

/* ---- launch and close ---- */

static void on_loaded(const struct err *err, void *context)
{
	struct driver *driver = context;
	mark(driver, "loaded");
	if (err)
		fail(driver, err->text);
	else
		give_answer(driver);
}

static void on_process(pid_t supervisor, pid_t browser, uint64_t start_ticks, void *context)
{
	struct driver *driver = context;
	(void)browser, (void)start_ticks;
	json_set_number(driver->answer, "helper", supervisor);
}

static void on_ready(void *context)
{
	struct driver *driver = context;
	browser_navigate(driver->browser, json_text(driver->order, "url", ""), DEADLINE_US, on_loaded, driver);
}

static void on_died(enum browser_death death, const char *detail, void *context)
{
	(void)death;
	fail(context, detail);
}

/* The supervisor's last line in the log of the browser that has gone (supervise.c wrote it). */
static double supervisor_cpu_us(int log_fd)
{
	char text[256] = "";
	off_t size = lseek(log_fd, 0, SEEK_END);
	off_t start = size > (off_t)sizeof text - 1 ? size - (off_t)sizeof text + 1 : 0;
	if (pread(log_fd, text, sizeof text - 1, start) < 0)
		return 0;
	const char *line = strstr(text, SUPERVISOR_CPU);
	return line ? strtod(line + strlen(SUPERVISOR_CPU), NULL) : 0;
}

static void on_gone(bool clean, void *context)
{
	struct driver *driver = context;
	browser_free(driver->browser);
	driver->browser = NULL;
	if (driver->answer) {
		mark(driver, "closed");
		json_set_number(driver->answer, "helper_cpu_us", supervisor_cpu_us(driver->log_fd));
		if (clean)
			give_answer(driver);
		else
			fail(driver, "the supervisor ended without saying that nothing is left");
	}
	close(driver->log_fd);
	free(driver->scratch);
	driver->scratch = NULL;
}

static void launch(struct driver *driver)
{
	char *root = browser_scratch_root();
	driver->scratch = mem_format("%s/bench-%d-%d", root, (int)getpid(), driver->launches++);
	free(root);
	driver->log_fd = open("/tmp", O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
	driver->program.path = mem_strdup(json_text(driver->order, "program", ""));
	struct browser_options options = {.program = &driver->program, .user = &driver->user,
		.scratch = driver->scratch, .log_fd = driver->log_fd, .start_deadline_us = DEADLINE_US};
	struct browser_events events = {.on_process = on_process, .on_ready = on_ready, .on_died = on_died,
		.on_gone = on_gone, .context = driver};
	struct err err;
	driver->browser = browser_start(driver->loop, &options, &events, &err);
	free(driver->program.path);
	driver->program.path = NULL;
	if (!driver->browser)
		fail(driver, err.text);
}

/* ---- a traced trial ---- */

static void on_traced(const struct browser_trace_result *result, const struct err *err, void *context)
{
	struct driver *driver = context;
	close(driver->trace_fd);
	if (err) {
		fail(driver, err->text);
		return;
	}
	mark(driver, "disk");
	mark_at(driver, "complete", driver->stop_begin_us + result->stop_us);
	json_set_bool(driver->answer, "data_loss", result->data_loss);
	give_answer(driver);
}

static void on_window_end(const struct json *value, const struct err *err, void *context)
{
	struct driver *driver = context;
	if (err) {
		fail(driver, err->text);
		return;
	}
	mark(driver, "window_end");
	json_set(driver->answer, "page", json_copy(value));
	driver->trace_fd = open(json_text(driver->order, "path", ""), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	driver->stop_begin_us = mono_now_us();
	browser_trace_stop(driver->browser, driver->trace_fd, DEADLINE_US, DEADLINE_US, on_traced, driver);
}

static void on_reloaded(const struct err *err, void *context)
{
	struct driver *driver = context;
	if (err) {
		fail(driver, err->text);
		return;
	}
	mark(driver, "reloaded");
	browser_evaluate(driver->browser, json_text(driver->order, "expression", ""), DEADLINE_US, on_window_end,
		driver);
}

static void on_trace_started(const struct err *err, void *context)
{
	struct driver *driver = context;
	if (err) {
		fail(driver, err->text);
		return;
	}
	mark(driver, "started");
	browser_reload(driver->browser, DEADLINE_US, on_reloaded, driver);
}

static void trace(struct driver *driver)
{
	const char *categories[CATEGORIES_MAX + 1] = {NULL};
	size_t count = 0;
	const struct json *list = json_get(driver->order, "categories");
	for (const struct json *item = json_first(list); item && count < CATEGORIES_MAX; item = json_next(item))
		categories[count++] = json_as_text(item, "");
	bool protobuf = strcmp(json_text(driver->order, "format", "json"), "protobuf") == 0;
	struct browser_trace_options options = {.categories = categories,
		.format = protobuf ? TRACE_FORMAT_PROTOBUF : TRACE_FORMAT_JSON};
	browser_trace_start(driver->browser, &options, DEADLINE_US, on_trace_started, driver);
}

/* ---- orders ---- */

static void obey(struct driver *driver, const char *line, size_t length)
{
	struct err err;
	begin_answer(driver);
	driver->order = json_parse(line, length, ORDER_CEILING, "the order", &err);
	const char *what = json_text(driver->order, "do", "");
	if (strcmp(what, "launch") == 0 && !driver->browser)
		launch(driver);
	else if (strcmp(what, "trace") == 0 && driver->browser)
		trace(driver);
	else if (strcmp(what, "close") == 0 && driver->browser)
		browser_close(driver->browser);
	else
		fail(driver, driver->order ? "not now" : err.text);
}

static void on_input(void *context)
{
	struct driver *driver = context;
	char piece[4096];
	ssize_t got = read(STDIN_FILENO, piece, sizeof piece);
	if (got <= 0 || buf_append(&driver->pending, piece, (size_t)got)) {
		loop_stop(driver->loop);
		return;
	}
	const char *newline;
	while ((newline = memchr(driver->pending.data, '\n', driver->pending.length)) != NULL) {
		size_t length = (size_t)(newline - driver->pending.data);
		obey(driver, driver->pending.data, length);
		buf_consume(&driver->pending, length + 1);
	}
}

static int drive(void)
{
	struct driver driver = {.program = {.mode = BROWSER_HEADLESS, .version = ""}};
	struct err err = {0};
	buf_init(&driver.pending, ORDER_CEILING);
	driver.loop = loop_new(&err);
	if (!driver.loop || browser_user_find(NULL, &driver.user, &err) ||
	    !(driver.input = loop_watch_fd(driver.loop, STDIN_FILENO, on_input, &driver, &err))) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	loop_run(driver.loop);
	browser_free(driver.browser);
	loop_unwatch_fd(driver.input);
	loop_free(driver.loop);
	buf_release(&driver.pending);
	return 0;
}

/* ---- facts ---- */

static int print_facts(const char *path)
{
	struct browser_user user;
	struct browser_program program;
	struct err err;
	if (browser_user_find(NULL, &user, &err) ||
	    browser_find(path, BROWSER_HEADLESS, &user, &program, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	struct browser_flags flags = {.program = program.path, .profile = "PROFILE", .mode = program.mode,
		.sandbox = user.sandbox};
	char **argv = browser_flags_build(&flags, &err);
	struct json *facts = json_new_object();
	json_set_text(facts, "program", program.path);
	json_set_text(facts, "version", program.version);
	json_set_bool(facts, "sandbox", user.sandbox);
	json_set(facts, "flags", browser_flags_json(argv));
	char *text = json_print(facts, false);
	puts(text);
	free(text);
	json_free(facts);
	browser_flags_free(argv);
	browser_program_release(&program);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	if (strcmp(what, "drive") == 0)
		return drive();
	if (strcmp(what, "facts") == 0)
		return print_facts(argc > 2 ? argv[2] : NULL);
	fputs("usage: client facts [PROGRAM] | drive\n", stderr);
	return 2;
}
