#include "trace/verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { GROUPED_SIZE = 32, COUNTERS_TOLD = 3 };

static const char *const role_names[TRACE_ROLES] = { "page", "worker" };

/* A sentence that grows, part by part. */
struct sentence {
	char *text;
	size_t length;
};

__attribute__((format(printf, 2, 3)))
static void add(struct sentence *sentence, const char *format, ...)
{
	va_list arguments;
	if (sentence->length)
		sentence->length += (size_t)snprintf(sentence->text + sentence->length,
			TRACE_VERDICT_SIZE - sentence->length, "; ");
	if (sentence->length >= TRACE_VERDICT_SIZE)
		sentence->length = TRACE_VERDICT_SIZE - 1;
	va_start(arguments, format);
	sentence->length += (size_t)vsnprintf(sentence->text + sentence->length,
		TRACE_VERDICT_SIZE - sentence->length, format, arguments);
	va_end(arguments);
	if (sentence->length >= TRACE_VERDICT_SIZE)
		sentence->length = TRACE_VERDICT_SIZE - 1;
}

/* "1204" as "1,204". */
static const char *grouped(uint64_t number, char out[GROUPED_SIZE])
{
	char digits[GROUPED_SIZE];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
	size_t at = 0;
	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

static const char *both_or_one(const bool on[TRACE_ROLES])
{
	if (on[TRACE_MAIN] && on[TRACE_WORKER])
		return "either thread";
	return on[TRACE_MAIN] ? "the page" : "the worker";
}

static bool has_lost_head(const struct trace_facts *facts)
{
	return trace_loss_value(&facts->loss, "chunks_overwritten") > 0;
}

static void tell_marks(const struct trace_facts *facts, bool ring, struct sentence *sentence)
{
	bool none[TRACE_ROLES] = { !facts->has_main, !facts->has_worker };
	bool start[TRACE_ROLES] = { 0 }, end[TRACE_ROLES] = { 0 };
	bool head_lost = has_lost_head(facts);
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++) {
		if (none[role])
			continue;
		const struct trace_thread *thread = role == TRACE_MAIN ? &facts->main : &facts->worker;
		struct trace_mark_ends missing = trace_marks_missing(&thread->marks[role], head_lost);
		start[role] = missing.start && !(ring && head_lost);
		end[role] = missing.end;
	}
	if (none[TRACE_MAIN] || none[TRACE_WORKER])
		add(sentence, "no clock marks on %s", both_or_one(none));
	if (start[TRACE_MAIN] || start[TRACE_WORKER])
		add(sentence, "the head: no start mark on %s", both_or_one(start));
	if (end[TRACE_MAIN] || end[TRACE_WORKER])
		add(sentence, "the tail: no end mark on %s", both_or_one(end));
}

static void tell_messages(const struct trace_facts *facts, enum trace_role to, int64_t sent, struct sentence *sentence)
{
	uint64_t traced = to == TRACE_MAIN ? facts->to_main : facts->to_worker;
	char some[GROUPED_SIZE], all[GROUPED_SIZE];
	if (sent >= 0 && traced < (uint64_t)sent)
		add(sentence, "%s of %s messages to the %s are in the trace", grouped(traced, some),
			grouped((uint64_t)sent, all), role_names[to]);
}

/* What overwriting alone comes to: a sequence cannot be read before it begins anew. */
static bool follows_from_overwriting(const char *counter)
{
	return strcmp(counter, "chunks_overwritten") == 0
		|| strcmp(counter, "packet_skipped_seq_needs_incremental_state_invalid") == 0;
}

static void tell_counters(const struct trace_facts *facts, const struct trace_expectation *expected, struct sentence *sentence)
{
	bool overwritten = expected->ring && has_lost_head(facts);
	size_t told = 0;
	const struct trace_loss *loss = &facts->loss;
	char value[GROUPED_SIZE];
	if (!loss->has_stats)
		add(sentence, "the trace holds no account of what it lost");
	for (size_t i = 0; i < loss->count; i++) {
		if ((overwritten && follows_from_overwriting(loss->counters[i].name)) || told++ >= COUNTERS_TOLD)
			continue;
		char name[TRACE_LOSS_NAME_SIZE];
		for (size_t c = 0; c < sizeof name; c++)
			name[c] = loss->counters[i].name[c] == '_' ? ' ' : loss->counters[i].name[c];
		add(sentence, "%s %s", grouped((uint64_t)loss->counters[i].value, value), name);
	}
	if (told > COUNTERS_TOLD)
		add(sentence, "%zu more counters of loss", told - COUNTERS_TOLD);
	if (expected->data_loss && loss->count == 0)
		add(sentence, "the browser reported loss of data");
}

bool trace_verdict(const struct trace_facts *facts, const struct trace_expectation *expected,
	char text[TRACE_VERDICT_SIZE])
{
	struct sentence sentence = { .text = text };
	enum trace_role target = expected->target, sender = target == TRACE_MAIN ? TRACE_WORKER : TRACE_MAIN;
	/* The harness counts from the beginning, which is not there any more. */
	bool overwritten = expected->ring && has_lost_head(facts);
	int64_t to_target = overwritten ? -1 : expected->to_target, to_sender = overwritten ? -1 : expected->to_sender;
	char unpaired[GROUPED_SIZE];
	text[0] = '\0';
	if (!expected->no_parties) {
		tell_marks(facts, expected->ring, &sentence);
		tell_messages(facts, target, to_target, &sentence);
		tell_messages(facts, sender, to_sender, &sentence);
	}
	/* Where the harness counted, its count decides: a thread may post to others than these two, who ended. */
	if (facts->unpaired && !expected->no_parties && (to_target < 0 || to_sender < 0))
		add(&sentence, "of %s messages only one end is in the trace", grouped(facts->unpaired, unpaired));
	tell_counters(facts, expected, &sentence);
	return sentence.length > 0;
}
