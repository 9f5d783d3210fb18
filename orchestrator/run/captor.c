#include "run/captor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/fs_write.h"
#include "base/mem.h"
#include "probe/arm.h"
#include "trace/convert.h"
#include "trace/gzip.h"

enum {
	SECOND = 1000 * 1000,
	START_DEADLINE_US = 10 * SECOND,
	STOP_DEADLINE_US = 60 * SECOND,
	SNAPSHOT_DEADLINE_US = 80 * SECOND,
};

/* A trace recorded in protobuf, for the page. */
static const char *const converted_name = "trace.converted.json";

const char *captor_raw_name(enum probe_capture_kind kind)
{
	return kind == PROBE_CAPTURE_CPUPROFILE ? "thread.cpuprofile" : "page.heapsnapshot";
}

const char *captor_name(enum probe_capture_kind kind)
{
	return kind == PROBE_CAPTURE_CPUPROFILE ? "thread.cpuprofile.gz" : "page.heapsnapshot.gz";
}

void captor_init(struct captor *captor, const struct probe_captures *captures, const char *arm, const char *folder,
	void *context)
{
	*captor = (struct captor){ .folder = mem_strdup(folder), .context = context, .fd = -1,
		.whose = arm_is_on_main(arm) ? BROWSER_PROFILED_PAGE : BROWSER_PROFILED_WORKER };
	for (int kind = 0; kind < PROBE_CAPTURE_KINDS; kind++)
		captor->items[kind].asked = captures_find(captures, (enum probe_capture_kind)kind, arm);
}

static void close_file(struct captor *captor)
{
	if (captor->fd >= 0)
		close(captor->fd);
	captor->fd = -1;
}

void captor_release(struct captor *captor)
{
	close_file(captor);
	free(captor->folder);
	captor->folder = NULL;
}

/* ---- taking ---- */

static void on_profiling(const struct err *err, void *context)
{
	struct captor *captor = context;
	captor->profiling = !err;
	if (err)
		captor->items[PROBE_CAPTURE_CPUPROFILE].failure = *err;
	captor->on_done(captor->context);
}

void captor_begin(struct captor *captor, struct browser *browser, captor_done_fn on_done)
{
	captor->browser = browser;
	captor->on_done = on_done;
	if (captor->items[PROBE_CAPTURE_CPUPROFILE].asked)
		browser_profile_start(browser, captor->whose, START_DEADLINE_US, on_profiling, captor);
	else
		captor->on_done(captor->context);
}

static void on_captured(int64_t bytes, const struct err *err, void *context)
{
	struct captor *captor = context;
	struct captor_item *item = &captor->items[captor->kind];
	close_file(captor);
	item->bytes = bytes;
	item->taken = !err;
	if (err)
		item->failure = *err;
	captor->on_done(captor->context);
}

/* False: it cannot be created. */
static bool open_file(struct captor *captor, enum probe_capture_kind kind)
{
	char *path = fs_join(captor->folder, captor_raw_name(kind));
	captor->kind = kind;
	captor->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (captor->fd < 0)
		err_set_errno(&captor->items[kind].failure, fs_write_code(errno), errno, "cannot create %s", path);
	free(path);
	return captor->fd >= 0;
}

void captor_end(struct captor *captor, captor_done_fn on_done)
{
	captor->on_done = on_done;
	if (captor->profiling && open_file(captor, PROBE_CAPTURE_CPUPROFILE))
		browser_profile_stop(captor->browser, captor->fd, STOP_DEADLINE_US, on_captured, captor);
	else
		captor->on_done(captor->context);
}

void captor_snapshot(struct captor *captor, captor_done_fn on_done)
{
	captor->on_done = on_done;
	if (captor->items[PROBE_CAPTURE_HEAPSNAPSHOT].asked && open_file(captor, PROBE_CAPTURE_HEAPSNAPSHOT))
		browser_snapshot(captor->browser, captor->fd, SNAPSHOT_DEADLINE_US, on_captured, captor);
	else
		captor->on_done(captor->context);
}

/* ---- giving to the page ---- */

static int write_piece(const char *bytes, size_t length, void *context, struct err *err)
{
	if (fwrite(bytes, 1, length, context) == length)
		return 0;
	return err_set_errno(err, fs_write_code(errno), errno, "cannot write the trace's JSON");
}

static int convert(const char *from, const char *to, struct err *err)
{
	FILE *out = fopen(to, "wxe");
	int result = out ? trace_convert_file(from, write_piece, out, err)
		: err_set_errno(err, fs_write_code(errno), errno, "cannot create %s", to);
	if (out && fclose(out) && !result)
		result = err_set_errno(err, fs_write_code(errno), errno, "cannot write %s", to);
	return result;
}

static int offer_trace(struct captor *captor, const struct tracer *tracer, struct harness *harness, struct err *err)
{
	const char *name = captures_kind_name(PROBE_CAPTURE_TRACE), *path = tracer->options.path;
	if (tracer->options.format == TRACE_FORMAT_JSON)
		return harness_offer(harness, name, path, err);
	char *converted = fs_join(captor->folder, converted_name);
	int result = convert(path, converted, err) || harness_offer(harness, name, converted, err) ? -1 : 0;
	free(converted);
	return result;
}

static void take_trace(struct captor *captor, const struct tracer *tracer, struct harness *harness)
{
	struct captor_item *item = &captor->items[PROBE_CAPTURE_TRACE];
	item->failure = tracer->failure;
	item->bytes = tracer->result.bytes;
	item->taken = tracer->pulled;
	if (item->taken)
		offer_trace(captor, tracer, harness, &item->failure);
}

void captor_offer(struct captor *captor, const struct tracer *tracer, struct harness *harness)
{
	if (tracer)
		take_trace(captor, tracer, harness);
	for (int kind = PROBE_CAPTURE_CPUPROFILE; kind < PROBE_CAPTURE_KINDS; kind++) {
		struct captor_item *item = &captor->items[kind];
		char *path = fs_join(captor->folder, captor_raw_name((enum probe_capture_kind)kind));
		if (item->taken)
			harness_offer(harness, captures_kind_name((enum probe_capture_kind)kind), path, &item->failure);
		free(path);
	}
}

/* ---- keeping ---- */

static const char *failure_of(const struct captor_item *item)
{
	if (item->failure.code != ERR_NONE)
		return item->failure.text;
	return item->taken ? NULL : "the launch ended before it was taken";
}

struct json *captor_facts(const struct captor *captor)
{
	struct json *facts = json_new_object();
	for (int kind = 0; kind < PROBE_CAPTURE_KINDS; kind++) {
		const struct captor_item *item = &captor->items[kind];
		if (!item->asked)
			continue;
		struct json *fact = json_new_object();
		json_set_number(fact, "bytes", (double)item->bytes);
		json_set_text(fact, "failed", failure_of(item));
		json_set(facts, captures_kind_name((enum probe_capture_kind)kind), fact);
	}
	return facts;
}

static void keep_one(const char *folder, enum probe_capture_kind kind, struct json *fact)
{
	struct err err;
	struct trace_gzip gzip;
	char *raw = fs_join(folder, captor_raw_name(kind)), *kept = fs_join(folder, captor_name(kind));
	if (json_text(fact, "failed", NULL) == NULL && trace_gzip_file(raw, kept, &gzip, &err))
		json_set_text(fact, "failed", err.text);
	unlink(raw);
	free(raw);
	free(kept);
}

void captor_keep(const char *folder, struct json *facts)
{
	char *converted = fs_join(folder, converted_name);
	for (int kind = PROBE_CAPTURE_CPUPROFILE; kind < PROBE_CAPTURE_KINDS; kind++) {
		struct json *fact = json_get(facts, captures_kind_name((enum probe_capture_kind)kind));
		if (fact)
			keep_one(folder, (enum probe_capture_kind)kind, fact);
	}
	unlink(converted);
	free(converted);
}
