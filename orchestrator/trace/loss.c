#include "trace/loss.h"

#include <stdio.h>
#include <string.h>

/* Those of each buffer ("traced_buf") that stand for events which were written and are gone. In whole traces all are 0;
 * buffer 0 holds the events, buffer 1 metadata. Left out: bytes_overwritten and write_wrap_count (they accompany
 * chunks_overwritten), and readaheads_failed, which is the buffer's own search. */
static const char *const buffer_counters[] = {
	"chunks_discarded",      /* full, recording until full: the tail is missing */
	"chunks_overwritten",    /* full, recording into a ring: the head is missing */
	"trace_writer_packet_loss", /* a process filled its 4 MiB of shared memory before anybody read it */
	"sequence_packet_loss",
	"data_loss_chunk_corrupted", "data_loss_orphan_continuation", "data_loss_overwrite", "data_loss_read_gap",
	"data_loss_reassembly_broken_chain", "data_loss_reassembly_gap", "data_loss_smb_full", "data_loss_writer_abort",
	"incremental_sequences_dropped", "patches_failed", "abi_violations",
	NULL,
};

/* Those of the whole trace. traced_chunks_discarded and traced_patches_discarded are left out: they count over the
 * browser's life, not this recording's; so are what depends on the trace's edges (flows without their beginning, ends
 * of slices that began before the recording). */
static const char *const trace_counters[] = {
	"packet_skipped_seq_needs_incremental_state_invalid", /* follows on a gap: unreadable without what was in it */
	"interned_data_skipped_incremental_state_invalid", "thread_descriptor_skipped_incremental_state_invalid",
	"track_event_skipped_timestamp_delta_without_valid_state", "track_event_invalid_timestamp",
	"traced_flushes_failed", "traced_final_flush_failed", /* a process did not hand over what it had */
	"tokenizer_skipped_packets", "track_event_tokenizer_errors", "track_event_parser_errors",
	"clock_sync_failure", "trace_sorter_negative_timestamp_dropped", "slice_drop_overlapping_complete_event",
	"slice_max_depth_exceeded",
	"sequence_gaps", "sequences_without_head", /* of our own reader of protobuf (trace/proto_account.h) */
	NULL,
};

static void add(struct trace_loss *loss, const char *name, double value)
{
	size_t i = 0;
	while (i < loss->count && strcmp(loss->counters[i].name, name) != 0)
		i++;
	if (!(value > 0) || i == TRACE_LOSS_MAX)
		return;
	if (i == loss->count) {
		snprintf(loss->counters[i].name, TRACE_LOSS_NAME_SIZE, "%s", name);
		loss->counters[i].value = 0;
		loss->count++;
	}
	loss->counters[i].value += value;
}

static void add_all(struct trace_loss *loss, const struct json *object, const char *const *names)
{
	for (; *names; names++)
		add(loss, *names, json_number(object, *names, 0));
}

void trace_loss_read(struct trace_loss *loss, const struct json *metadata)
{
	const struct json *stats = json_get(metadata, "trace_processor_stats");
	if (!stats || json_type(stats) != JSON_OBJECT)
		return;
	loss->has_stats = true;
	for (const struct json *buffer = json_first(json_get(stats, "traced_buf")); buffer; buffer = json_next(buffer))
		add_all(loss, buffer, buffer_counters);
	add_all(loss, stats, trace_counters);
}

double trace_loss_value(const struct trace_loss *loss, const char *name)
{
	for (size_t i = 0; i < loss->count; i++) {
		if (strcmp(loss->counters[i].name, name) == 0)
			return loss->counters[i].value;
	}
	return 0;
}
