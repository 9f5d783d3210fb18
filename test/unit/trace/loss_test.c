#include "trace/fixture.h"

#include "trace/loss.h"

static struct trace_loss loss_of(const char *text)
{
	struct err err = { 0 };
	struct trace_loss loss = { 0 };
	struct json *metadata = json_parse(text, strlen(text), 1 << 20, "test", &err);
	if (!metadata)
		fail_msg("%s", err.text);
	trace_loss_read(&loss, metadata);
	json_free(metadata);
	return loss;
}

static void test_accounts(void **state)
{
	(void)state;
	static const struct { const char *metadata; bool has_stats; size_t count; const char *name; double value; } rows[] = {
		{ "{}", false, 0, NULL, 0 }, { "{\"trace_processor_stats\":null}", false, 0, NULL, 0 },
		{ "{\"trace_processor_stats\":{}}", true, 0, NULL, 0 },
		{ "{\"trace_processor_stats\":{\"traced_buf\":[{\"chunks_discarded\":0,\"buffer_size\":5,\"readaheads_failed\":3}]}}",
			true, 0, "chunks_discarded", 0 },
		/* Of all buffers together. */
		{ "{\"trace_processor_stats\":{\"traced_buf\":[{\"chunks_discarded\":812},{\"chunks_discarded\":3}]}}", true, 1,
			"chunks_discarded", 815 },
		{ "{\"trace_processor_stats\":{\"packet_skipped_seq_needs_incremental_state_invalid\":269,\"traced_buf\":"
			"[{\"trace_writer_packet_loss\":1}]}}", true, 2, "packet_skipped_seq_needs_incremental_state_invalid", 269 },
		/* Of the browser's life, not of this recording. */
		{ "{\"trace_processor_stats\":{\"traced_chunks_discarded\":7,\"misplaced_end_event\":16,"
			"\"flow_end_without_start\":2}}", true, 0, "traced_chunks_discarded", 0 },
		{ "{\"trace_processor_stats\":{\"traced_final_flush_failed\":1}}", true, 1, "traced_final_flush_failed", 1 },
		{ "{\"trace_processor_stats\":{\"traced_buf\":[{\"chunks_overwritten\":\"5\"},7,null]}}", true, 0, NULL, 0 },
		{ "{\"trace_processor_stats\":{\"traced_buf\":5,\"traced_flushes_failed\":-1}}", true, 0, NULL, 0 },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct trace_loss loss = loss_of(rows[i].metadata);
		if (loss.has_stats != rows[i].has_stats || loss.count != rows[i].count)
			fail_msg("%s: %d, %zu", rows[i].metadata, loss.has_stats, loss.count);
		if (rows[i].name)
			assert_true(trace_loss_value(&loss, rows[i].name) == rows[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_accounts) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
