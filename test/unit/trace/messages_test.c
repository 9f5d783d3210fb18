#include "trace/fixture.h"

#include "base/rng.h"
#include "trace/messages.h"

static struct trace_thread page = { .tid = 1 }, worker = { .tid = 13 };

static bool take(struct trace_messages *messages, char phase, const char *name, const char *args, double ts_us,
	const struct trace_thread *thread, struct trace_message *message)
{
	struct trace_event event = { .phase = phase, .ts_us = ts_us, .name = fixture_value(TRACE_STRING, name).text,
		.args = fixture_value(TRACE_OBJECT, args) };
	return trace_messages_take(messages, &event, thread, message);
}

#define ID_17 "{\"data\":{\"traceId\":\"17\"}}"
#define ID_18 "{\"data\":{\"traceId\":18}}"

static void test_either_end_first(void **state)
{
	(void)state;
	struct trace_message message;
	struct trace_messages *messages = trace_messages_new();
	assert_false(take(messages, 'I', "SchedulePostMessage", ID_17, 10, &page, &message));
	assert_true(take(messages, 'X', "HandlePostMessage", ID_17, 12, &worker, &message));
	assert_true(message.from == &page && message.to == &worker && message.post_us == 10 && message.handle_us == 12);
	/* Chromium notes the sending late. */
	assert_false(take(messages, 'X', "HandlePostMessage", ID_18, 20, &page, &message));
	assert_true(take(messages, 'I', "SchedulePostMessage", ID_18, 21, &worker, &message));
	assert_true(message.from == &worker && message.to == &page && message.post_us == 21 && message.handle_us == 20);
	/* Nothing is left of them. */
	assert_false(take(messages, 'I', "HandlePostMessage", ID_17, 30, &page, &message));
	trace_messages_free(messages);
}

static void test_what_is_no_end(void **state)
{
	(void)state;
	static const struct { char phase; const char *name, *args; } rows[] = {
		{ 's', "SchedulePostMessage", ID_17 }, { 'f', "HandlePostMessage", ID_17 }, { 's', "HandlePostMessage", ID_17 },
		{ 'X', "SchedulePostMessage", ID_17 }, { 'I', "SchedulePostMessage", "{}" }, { 'I', "SchedulePostMessage", "{\"data\":{}}" },
		{ 'I', "SchedulePostMessage", "{\"traceId\":\"17\"}" }, { 'I', "SchedulePostMessages", ID_17 }, { 'I', "", ID_17 },
	};
	struct trace_message message;
	struct trace_messages *messages = trace_messages_new();
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++)
		assert_false(take(messages, rows[i].phase, rows[i].name, rows[i].args, 1, &page, &message));
	assert_false(take(messages, 'B', "HandlePostMessage", ID_17, 2, &worker, &message));
	assert_true(take(messages, 'i', "SchedulePostMess\\u0061ge", ID_17, 3, &page, &message));
	trace_messages_free(messages);
}

static void on_pending(const struct trace_message *message, void *context)
{
	uint64_t *sums = context;
	sums[0]++;
	if (message->from) {
		assert_true(!message->to && isnan(message->handle_us));
		sums[1] += (uint64_t)message->post_us;
	} else {
		assert_true(message->to && isnan(message->post_us));
		sums[2] += (uint64_t)message->handle_us;
	}
}

/* Ends of many messages in random order, some of them missing: as a model with one entry per id has it. */
static void test_many(void **state)
{
	(void)state;
	enum { IDS = 3000, STEPS = 40000 };
	char waiting[IDS] = { 0 };
	double since[IDS];
	struct rng rng;
	struct trace_message message;
	struct trace_messages *messages = trace_messages_new();
	rng_seed(&rng, 3, "messages");
	for (int step = 0; step < STEPS; step++) {
		uint32_t id = rng_below(&rng, IDS);
		bool post = rng_below(&rng, 2);
		char args[64];
		snprintf(args, sizeof args, "{\"data\":{\"traceId\":\"%u\"}}", 4000000000u + id);
		bool paired = take(messages, post ? 'I' : 'X', post ? "SchedulePostMessage" : "HandlePostMessage", args, step,
			post ? &page : &worker, &message);
		bool expected = waiting[id] && waiting[id] != (post ? 'p' : 'h');
		assert_int_equal(paired, expected);
		if (paired)
			assert_true((post ? message.handle_us : message.post_us) == since[id]);
		since[id] = step;
		waiting[id] = paired ? 0 : post ? 'p' : 'h';
	}
	uint64_t sums[3] = { 0 }, model[3] = { 0 };
	for (size_t id = 0; id < IDS; id++) {
		model[0] += waiting[id] != 0;
		model[1] += waiting[id] == 'p' ? (uint64_t)since[id] : 0;
		model[2] += waiting[id] == 'h' ? (uint64_t)since[id] : 0;
	}
	trace_messages_pending(messages, on_pending, sums);
	assert_memory_equal(sums, model, sizeof sums);
	assert_int_equal(trace_messages_dropped(messages), 0);
	trace_messages_free(messages);
}

static void test_the_ceiling(void **state)
{
	(void)state;
	struct trace_message message;
	struct trace_messages *messages = trace_messages_new();
	char args[64];
	for (int id = 0; id < TRACE_MESSAGES_PENDING + 5; id++) {
		snprintf(args, sizeof args, "{\"data\":{\"traceId\":\"%d\"}}", id);
		assert_false(take(messages, 'I', "SchedulePostMessage", args, id, &page, &message));
	}
	assert_int_equal(trace_messages_dropped(messages), 5);
	assert_false(take(messages, 'X', "HandlePostMessage", args, 1, &worker, &message));
	assert_true(take(messages, 'X', "HandlePostMessage", "{\"data\":{\"traceId\":\"0\"}}", 1, &worker, &message));
	trace_messages_free(messages);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_either_end_first),
		cmocka_unit_test(test_what_is_no_end),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_the_ceiling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
