#include "trace/fixture.h"

#include "trace/verdict.h"

static const struct trace_marks both = { 6, 1e6, 1.0001e6, 9e6, 8.9999e6 }, start_only = { 3, 1e6, 1.0001e6, 4e6, 2.5e6 },
	end_only = { 4, 2e6, 3e6, 9e6, 8.9999e6 }, one_pair = { 2, 1e6, 1.0001e6, 1.0001e6, 1e6 };

/* A trace in which nothing is missing; each row spoils something. */
static struct trace_facts whole_facts(void)
{
	struct trace_facts facts = { .events = 100, .has_main = true, .has_worker = true, .to_worker = 2012, .to_main = 2010,
		.loss.has_stats = true };
	facts.main.marks[TRACE_MAIN] = facts.worker.marks[TRACE_WORKER] = both;
	return facts;
}

static void count_loss(struct trace_facts *facts, const char *name, double value)
{
	size_t i = facts->loss.count++;
	snprintf(facts->loss.counters[i].name, sizeof facts->loss.counters[i].name, "%s", name);
	facts->loss.counters[i].value = value;
}

static void nothing(struct trace_facts *facts) { (void)facts; }
static void unpaired(struct trace_facts *facts) { facts->unpaired = 3; }
static void more_than_sent(struct trace_facts *facts) { facts->to_main++; }
static void no_stats(struct trace_facts *facts) { facts->loss.has_stats = false; }
static void few_to_main(struct trace_facts *facts) { facts->to_main = 1; }
static void no_worker(struct trace_facts *facts) { facts->has_worker = false, facts->to_worker = facts->to_main = 0; }
static void worker_tail(struct trace_facts *facts)
{
	facts->worker.marks[TRACE_WORKER] = start_only;
	facts->to_worker = 1204;
	count_loss(facts, "chunks_discarded", 812);
}
static void both_tails(struct trace_facts *facts)
{
	facts->worker.marks[TRACE_WORKER] = facts->main.marks[TRACE_MAIN] = one_pair;
}
static void heads(struct trace_facts *facts)
{
	facts->main.marks[TRACE_MAIN] = end_only;
	facts->worker.marks[TRACE_WORKER] = one_pair;
	count_loss(facts, "chunks_overwritten", 1234567);
}
/* Messages of the head are not there either. */
static void overwritten(struct trace_facts *facts)
{
	heads(facts);
	count_loss(facts, "packet_skipped_seq_needs_incremental_state_invalid", 55);
	facts->to_worker = facts->to_main = 7;
}
static void overwritten_and_unpaired(struct trace_facts *facts) { overwritten(facts), facts->unpaired = 3; }
static void overwritten_and_lost(struct trace_facts *facts)
{
	overwritten(facts);
	count_loss(facts, "trace_writer_packet_loss", 2);
}
static void many_counters(struct trace_facts *facts)
{
	count_loss(facts, "chunks_discarded", 1);
	count_loss(facts, "trace_writer_packet_loss", 2);
	count_loss(facts, "sequence_packet_loss", 3);
	count_loss(facts, "data_loss_read_gap", 4);
	count_loss(facts, "traced_flushes_failed", 5);
}

static void test_verdicts(void **state)
{
	(void)state;
	static const struct trace_expectation known = { false, TRACE_WORKER, 2012, 2010 }, unknown = { false, TRACE_WORKER, -1, -1 },
		reported = { true, TRACE_WORKER, 2012, 2010 }, on_main = { false, TRACE_MAIN, 2010, 2012 },
		no_parties = { false, TRACE_MAIN, -1, -1, .no_parties = true },
		ring = { true, TRACE_WORKER, 2012, 2010, .ring = true };
	static const struct {
		void (*spoil)(struct trace_facts *);
		const struct trace_expectation *expected;
		const char *text; /* "" : whole */
	} rows[] = {
		{ nothing, &known, "" }, { nothing, &unknown, "" }, { nothing, &on_main, "" }, { more_than_sent, &known, "" },
		{ nothing, &reported, "the browser reported loss of data" },
		{ worker_tail, &known, "the tail: no end mark on the worker; 1,204 of 2,012 messages to the worker are in the trace; "
			"812 chunks discarded" },
		{ worker_tail, &reported, "the tail: no end mark on the worker; 1,204 of 2,012 messages to the worker are in the "
			"trace; 812 chunks discarded" },
		{ worker_tail, &unknown, "the tail: no end mark on the worker; 812 chunks discarded" },
		{ both_tails, &known, "the tail: no end mark on either thread" },
		{ heads, &known, "the head: no start mark on either thread; 1,234,567 chunks overwritten" },
		{ overwritten, &ring, "" }, { heads, &ring, "" }, { nothing, &ring, "the browser reported loss of data" },
		{ overwritten_and_unpaired, &ring, "of 3 messages only one end is in the trace" },
		{ overwritten_and_lost, &ring, "2 trace writer packet loss" },
		{ few_to_main, &ring, "1 of 2,010 messages to the page are in the trace; the browser reported loss of data" },
		{ no_worker, &known, "no clock marks on the worker; 0 of 2,012 messages to the worker are in the trace; 0 of 2,010 "
			"messages to the page are in the trace" },
		{ few_to_main, &on_main, "1 of 2,010 messages to the page are in the trace" },
		{ unpaired, &known, "" }, { unpaired, &unknown, "of 3 messages only one end is in the trace" },
		{ no_worker, &no_parties, "" }, { unpaired, &no_parties, "" }, { no_stats, &no_parties, "the trace holds no account of what it lost" },
		{ worker_tail, &no_parties, "812 chunks discarded" },
		{ no_stats, &known, "the trace holds no account of what it lost" },
		{ many_counters, &known, "1 chunks discarded; 2 trace writer packet loss; 3 sequence packet loss; 2 more counters of loss" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		char text[TRACE_VERDICT_SIZE];
		struct trace_facts facts = whole_facts();
		rows[i].spoil(&facts);
		bool lossy = trace_verdict(&facts, rows[i].expected, text);
		assert_string_equal(text, rows[i].text);
		assert_int_equal(lossy, rows[i].text[0] != '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_verdicts) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
