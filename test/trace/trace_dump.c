/* What test/trace/ compares with other readers of JSON: every event of a trace as one JSON array a line, then what the
 * check found as one object.
 *
 *     trace_dump FILE CHUNK      FILE plain or gzip, read in pieces of CHUNK bytes
 *     trace_dump FILE json       FILE as trace/convert.h makes JSON of it */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "trace/convert.h"
#include "trace/file.h"
#include "trace/reader.h"
#include "trace/value.h"

static void put_number(struct buf *line, double number)
{
	char text[JSON_NUMBER_SIZE];
	json_write_number(number, text);
	buf_append_format(line, ",%s", text);
}

static void put_text(struct buf *line, const struct trace_text *text)
{
	size_t size = trace_text_copy(text, NULL, 0) + 1;
	char *copy = mem_alloc_zero(size, 1);
	trace_text_copy(text, copy, size);
	buf_append_text(line, ",");
	json_write_string(line, copy);
	free(copy);
}

/* Line breaks, which stand between values only, become spaces. */
static void put_raw(struct buf *line, const struct trace_text *text)
{
	size_t start = line->length + 1;
	buf_append_format(line, ",%.*s", (int)text->length, text->bytes);
	for (size_t i = start; i < line->length; i++) {
		if (line->data[i] == '\n')
			line->data[i] = ' ';
	}
}

static void put_value(struct buf *line, const struct trace_value *value)
{
	if (value->kind == TRACE_STRING)
		put_text(line, &value->text);
	else if (value->kind == TRACE_ABSENT)
		buf_append_text(line, ",null");
	else
		put_raw(line, &value->text);
}

static void on_event(const struct trace_event *event, void *context)
{
	struct buf *line = context;
	buf_clear(line);
	buf_append_format(line, "[\"%c\",%" PRId64 ",%" PRId64, event->phase ? event->phase : '-', event->pid, event->tid);
	put_number(line, event->ts_us);
	put_number(line, event->dur_us);
	put_number(line, event->tdur_us);
	put_number(line, event->tts_us);
	put_text(line, &event->name);
	put_text(line, &event->category);
	put_value(line, &event->id);
	put_value(line, &event->id2);
	put_value(line, &event->args);
	printf("%s]\n", line->data);
}

static struct json *thread_json(const struct trace_thread *thread, enum trace_role role)
{
	struct json *object = json_new_object();
	json_set_number(object, "pid", (double)thread->pid);
	json_set_number(object, "tid", (double)thread->tid);
	json_set_text(object, "name", thread->name);
	json_set_number(object, "events", (double)thread->events);
	json_set_number(object, "marks", (double)thread->marks[role].count);
	json_set_number(object, "first_mark_us", thread->marks[role].first_us);
	json_set_number(object, "last_mark_us", thread->marks[role].last_us);
	json_set_number(object, "minor_gcs", (double)thread->minor_gcs);
	json_set_number(object, "major_gcs", (double)thread->major_gcs);
	json_set_number(object, "gc_us", thread->gc_us);
	json_set_number(object, "tasks", (double)thread->tasks);
	json_set_number(object, "long_tasks", (double)thread->long_tasks);
	return object;
}

static struct json *facts_json(const struct trace_facts *facts)
{
	struct json *object = json_new_object(), *loss = json_new_object();
	json_set_number(object, "events", (double)facts->events);
	json_set_number(object, "first_us", facts->first_us);
	json_set_number(object, "last_us", facts->last_us);
	json_set(object, "main", facts->has_main ? thread_json(&facts->main, TRACE_MAIN) : json_new_null());
	json_set(object, "worker", facts->has_worker ? thread_json(&facts->worker, TRACE_WORKER) : json_new_null());
	json_set_number(object, "to_main", (double)facts->to_main);
	json_set_number(object, "to_worker", (double)facts->to_worker);
	json_set_number(object, "unpaired", (double)facts->unpaired);
	json_set_number(object, "wasm_compiles", (double)facts->wasm_compiles);
	json_set_number(object, "wasm_lazy_compiles", (double)facts->wasm_lazy_compiles);
	json_set_number(object, "wasm_tier_ups", (double)facts->wasm_tier_ups);
	json_set_number(object, "guest_gcs", (double)facts->guest_gcs);
	json_set_number(object, "user_timings", (double)facts->user_timings);
	for (size_t i = 0; i < facts->loss.count; i++)
		json_set_number(loss, facts->loss.counters[i].name, facts->loss.counters[i].value);
	json_set(object, "loss", facts->loss.has_stats ? loss : json_new_null());
	if (!facts->loss.has_stats)
		json_free(loss);
	return object;
}

static int dump_events(const char *path, size_t size, struct err *err)
{
	struct buf line;
	buf_init(&line, 16 << 20);
	struct trace_reader_calls calls = { .on_event = on_event, .context = &line, .joins_flows = true };
	struct trace_reader *reader = trace_reader_new(&calls);
	struct trace_file *file = trace_file_open(path, err);
	char *chunk = mem_alloc_zero(size, 1);
	ssize_t got = file ? 1 : -1;
	while (got > 0) {
		got = trace_file_read(file, chunk, size, err);
		if (got > 0 && trace_reader_feed(reader, chunk, (size_t)got, err))
			got = -1;
	}
	int result = got < 0 ? -1 : trace_reader_end(reader, err);
	trace_reader_free(reader);
	trace_file_close(file);
	buf_release(&line);
	free(chunk);
	return result;
}

static int write_piece(const char *bytes, size_t length, void *context, struct err *err)
{
	(void)context;
	return fwrite(bytes, 1, length, stdout) == length ? 0 : err_set(err, ERR_IO, "cannot write");
}

int main(int argc, char **argv)
{
	struct err err = { 0 };
	struct trace_facts facts;
	if (argc == 3 && strcmp(argv[2], "json") == 0 && trace_convert_file(argv[1], write_piece, NULL, &err) == 0)
		return 0;
	if (argc != 3 || err.code || dump_events(argv[1], strtoul(argv[2], NULL, 10), &err) || trace_file_check(argv[1], &facts, &err)) {
		fprintf(stderr, "trace_dump: %s\n", argc == 3 ? err.text : "FILE CHUNK");
		return 1;
	}
	struct json *object = facts_json(&facts);
	char *text = json_print(object, false);
	printf("%s\n", text);
	free(text);
	json_free(object);
	return 0;
}
