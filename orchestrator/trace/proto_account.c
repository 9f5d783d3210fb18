#include "trace/proto_account.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

enum { JSON_CEILING = 4 * 1024 * 1024, FLUSH_FAILED = 2, NAMES_MAX = 32 };

/* TraceStats.BufferStats and TraceStats, by their fields' numbers (perfetto/common/trace_stats.proto). */
static const char *const buffer_names[NAMES_MAX] = { [1] = "bytes_written", [2] = "chunks_written",
	[3] = "chunks_overwritten", [4] = "write_wrap_count", [5] = "patches_succeeded", [6] = "patches_failed",
	[7] = "readaheads_succeeded", [8] = "readaheads_failed", [9] = "abi_violations", [10] = "chunks_rewritten",
	[11] = "chunks_committed_out_of_order", [12] = "buffer_size", [13] = "bytes_overwritten", [14] = "bytes_read",
	[15] = "padding_bytes_written", [16] = "padding_bytes_cleared", [17] = "chunks_read", [18] = "chunks_discarded",
	[19] = "trace_writer_packet_loss", [22] = "data_loss_read_gap", [23] = "data_loss_chunk_corrupted",
	[24] = "data_loss_orphan_continuation", [25] = "data_loss_reassembly_gap", [26] = "data_loss_reassembly_broken_chain",
	[27] = "data_loss_overwrite" };
static const char *const trace_names[NAMES_MAX] = { [2] = "traced_producers_connected", [3] = "traced_producers_seen",
	[4] = "traced_data_sources_registered", [5] = "traced_data_sources_seen", [6] = "traced_tracing_sessions",
	[7] = "traced_total_buffers", [8] = "traced_chunks_discarded", [9] = "traced_patches_discarded",
	[12] = "traced_flushes_requested", [13] = "traced_flushes_succeeded", [14] = "traced_flushes_failed" };
enum { STATS_BUFFER = 1, STATS_FINAL_FLUSH = 15, BUFFER_OVERWRITTEN = 3 };

static struct json *member_of(struct json **object)
{
	if (!*object)
		*object = json_new_object();
	return *object;
}

/* ---- metadata ---- */

/* As Chromium's JSON has it: what is true is 1. */
static struct json *value_of(const struct trace_wire_field *field)
{
	struct trace_wire bytes = trace_wire_in(field);
	struct err err;
	struct json *value = NULL;
	char *text = NULL;
	switch (field->number) {
	case 3: return json_new_number(field->value != 0);
	case 4: return json_new_number((double)(int64_t)field->value);
	case 5:
		value = json_parse((const char *)bytes.at, (size_t)(bytes.end - bytes.at), JSON_CEILING, "metadata", &err);
		break;
	}
	if (!value) {
		text = mem_strndup(bytes.at ? (const char *)bytes.at : "", (size_t)(bytes.end - bytes.at));
		value = json_new_text(text);
	}
	free(text);
	return value;
}

/* ChromeMetadata: {1 name, 2 string, 3 bool, 4 int, 5 json}. */
static bool take_item(struct trace_account *account, struct trace_wire item)
{
	struct trace_wire_field field, value = { 0 };
	struct trace_wire name = { 0 };
	while (trace_wire_next(&item, &field)) {
		if (field.number == 1)
			name = trace_wire_in(&field);
		else if (field.number >= 2 && field.number <= 5)
			value = field;
	}
	if (trace_wire_is_damaged(&item) || !name.at)
		return !trace_wire_is_damaged(&item);
	char *key = mem_strndup((const char *)name.at, (size_t)(name.end - name.at));
	if (value.number)
		json_set(member_of(&account->metadata), key, value_of(&value));
	free(key);
	return true;
}

bool trace_account_take_metadata(struct trace_account *account, struct trace_wire bundle)
{
	struct trace_wire_field field;
	bool good = true;
	while (trace_wire_next(&bundle, &field)) {
		if (field.number == 2)
			good &= take_item(account, trace_wire_in(&field));
	}
	return good && !trace_wire_is_damaged(&bundle);
}

/* ---- loss ---- */

static bool set_number(struct json *object, const char *const names[NAMES_MAX], const struct trace_wire_field *field)
{
	bool known = field->number < NAMES_MAX && names[field->number] && field->type == TRACE_WIRE_VARINT;
	if (known)
		json_set_number(object, names[field->number], (double)field->value);
	return known;
}

static bool take_buffer(struct trace_account *account, struct json *buffers, struct trace_wire buffer)
{
	struct json *object = json_new_object();
	struct trace_wire_field field;
	while (trace_wire_next(&buffer, &field)) {
		if (set_number(object, buffer_names, &field) && field.number == BUFFER_OVERWRITTEN)
			account->overwritten |= field.value > 0;
	}
	json_append(buffers, object);
	return !trace_wire_is_damaged(&buffer);
}

/* The trace has one for each time it was asked; the last is about the whole. */
bool trace_account_take_stats(struct trace_account *account, struct trace_wire stats)
{
	struct json *object = json_new_object(), *buffers = json_new_array();
	struct trace_wire_field field;
	bool good = true;
	account->overwritten = false;
	while (trace_wire_next(&stats, &field)) {
		if (field.number == STATS_BUFFER)
			good &= take_buffer(account, buffers, trace_wire_in(&field));
		else if (field.number == STATS_FINAL_FLUSH)
			json_set_number(object, "traced_final_flush_failed", field.value == FLUSH_FAILED);
		else
			set_number(object, trace_names, &field);
	}
	json_set(object, "traced_buf", buffers);
	json_free(account->stats);
	account->stats = object;
	return good && !trace_wire_is_damaged(&stats);
}

static void add(struct json *stats, const char *name, uint64_t value)
{
	json_set_number(stats, name, (double)value);
}

/* That a ring's sequences begin with a gap is what a ring is. */
struct json *trace_account_json(struct trace_account *account, const struct trace_left_out *left_out)
{
	struct json *object = account->metadata ? json_copy(account->metadata) : json_new_object();
	if (!account->stats)
		return object;
	struct json *stats = json_copy(account->stats);
	add(stats, "tokenizer_skipped_packets", left_out->damaged);
	add(stats, "packet_skipped_seq_needs_incremental_state_invalid", left_out->invalid);
	add(stats, "sequence_gaps", left_out->gaps);
	add(stats, "sequences_without_head", account->overwritten ? 0 : left_out->headless);
	add(stats, "legacy_events_left_out", left_out->older);
	add(stats, "track_event_invalid_timestamp", left_out->timeless);
	add(stats, "slice_max_depth_exceeded", left_out->too_deep);
	add(stats, "track_event_tokenizer_errors", left_out->trackless);
	json_set(object, "trace_processor_stats", stats);
	return object;
}

void trace_account_release(struct trace_account *account)
{
	json_free(account->metadata);
	json_free(account->stats);
	*account = (struct trace_account){ 0 };
}
