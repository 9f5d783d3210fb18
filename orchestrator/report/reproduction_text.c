#include "report/reproduction_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/number.h"
#include "report/table.h"

enum { INDENT = 2, HANGING = 4, COLUMNS = 4, SHOWN = 10 };

static const char *cause_text(const char *cause)
{
	return cause ? cause : "–";
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* "42.9 %"; the caller frees. */
static char *percent(double share)
{
	char number[NUMBER_SIZE];
	number_format(100 * share, number);
	return isnan(share) ? mem_strdup("–") : mem_format("%s %%", number);
}

static char *address_of(const struct reproduction *made, const struct reproduction_episode *at)
{
	return mem_format("%s:%d:%zu", made->run.id, at->launch, at->episode.worst);
}

/* ---- after each launch ---- */

static const struct reproduction_episode *longest_in(const struct reproduction *made, int launch, size_t *others)
{
	const struct reproduction_episode *longest = NULL;
	*others = 0;
	for (size_t i = 0; i < made->episode_count; i++) {
		const struct reproduction_episode *at = &made->episodes[i];
		if (at->launch != launch)
			continue;
		*others += !at->recurs;
		if (at->recurs && (!longest || at->episode.length_ms > longest->episode.length_ms))
			longest = at;
	}
	return longest;
}

static const struct reproduction_launch *find_launch(const struct reproduction *made, int number)
{
	for (size_t i = 0; i < made->launch_count; i++) {
		if (made->launches[i].number == number && made->launches[i].counts)
			return &made->launches[i];
	}
	return NULL;
}

/* "64.1 ms, guest@worker (RUN:3:210)"; the caller frees. */
static char *episode_text(const struct reproduction *made, const struct reproduction_episode *at)
{
	char length[NUMBER_SIZE], *address = address_of(made, at);
	number_format(at->episode.length_ms, length);
	char *text = mem_format("%s ms, %s (%s)", length, cause_text(at->episode.cause), address);
	free(address);
	return text;
}

char *reproduction_text_launch(const struct reproduction *made, int launch)
{
	size_t others;
	const struct reproduction_launch *counted = find_launch(made, launch);
	if (!counted)
		return NULL;
	const struct reproduction_arm *arm = &made->arms[counted->role];
	const struct reproduction_episode *found = longest_in(made, launch, &others);
	char *what = found ? episode_text(made, found) : mem_format("%zu other episode%s", others, plural(others));
	char *text = mem_format("launch %d, %s: %s, %s; in %zu of %zu launches so far", launch, arm->name,
		found ? "came back" : "did not come back", what, arm->reproduced, arm->launches);
	free(what);
	return text;
}

/* ---- head ---- */

static void print_recorder(FILE *out, const struct reproduction *made)
{
	char trigger[NUMBER_SIZE];
	number_format(json_number(json_get(made->run.spec, "triggers_ms"), made->arms[REPRODUCTION_SAME].name, NAN), trigger);
	if (made->is_recorded)
		number_wrap_format(out, 0, INDENT, "Recorded in a ring of %g MB: a launch ends with its first episode of %s ms or more, and only then "
			"is its trace kept.", json_number(made->run.spec, "trace_buffer_kb", NAN) / 1024, trigger);
}

static void print_head(FILE *out, const struct reproduction *made)
{
	char length[NUMBER_SIZE], worst[NUMBER_SIZE], least[NUMBER_SIZE];
	const struct json *original = made->original;
	number_format(made->target.length_ms, length);
	number_format(json_number(original, "worst_ms", NAN), worst);
	number_format(recurrence_least_ms(&made->target), least);
	number_wrap_format(out, 0, INDENT, "%s:%.0f:%.0f, %s: an episode of %s ms, the slowest response %s ms, %s",
		json_text(original, "run", "?"), json_number(original, "launch", 0), json_number(original, "sample", 0),
		json_text(original, "arm", "?"), length, worst, made->target.cause ? made->target.cause
			: json_bool(original, "traced", false) ? "without a cause" : "untraced");
	if (made->target.cause)
		number_wrap_format(out, 0, INDENT, "It comes back as an episode of %s ms or more whose largest cause is %s.", least,
			made->target.cause);
	else
		number_wrap_format(out, 0, INDENT, "It comes back as an episode of %s ms or more, whatever its cause.", least);
	print_recorder(out, made);
	fputc('\n', out);
}

/* ---- how often ---- */

static void print_not_counted(FILE *out, const struct reproduction_arm *arm)
{
	size_t count = arm->void_count + arm->failed + arm->saturated + arm->untold;
	if (count > 0)
		number_wrap_format(out, INDENT, HANGING, "%zu more launch%s of %s not counted (%zu void, %zu failed, %zu saturated, "
			"%zu whose trace told no causes): %s", count, count == 1 ? "" : "es", arm->name, arm->void_count,
			arm->failed, arm->saturated, arm->untold, arm->first_not_counted);
}

static void print_cut(FILE *out, const struct reproduction_arm *arm)
{
	if (arm->cut > 0)
		number_wrap_format(out, INDENT, HANGING, "in %zu of these launches of %s another episode ended the recording first: it may "
			"have come back later", arm->cut, arm->name);
}

static void print_rates(FILE *out, const struct reproduction *made)
{
	const struct reproduction_arm *same = &made->arms[REPRODUCTION_SAME], *chance = &made->arms[REPRODUCTION_CHANCE];
	char *rate = percent(same->rate.value), *low = percent(same->rate.low), *high = percent(same->rate.high);
	if (same->launches == 0)
		number_wrap_format(out, 0, INDENT, "no launch of %s counts, so nothing is known", same->name);
	else
		number_wrap_format(out, 0, INDENT, "reproduced in %zu of %zu launches: %s, 95 %% interval %s to %s (%s)",
			same->reproduced, same->launches, rate, low, high,
			same->stopped_at_success ? "negative binomial: stopped when it had come back often enough"
				: "Clopper–Pearson");
	free(rate);
	free(low);
	free(high);
	print_cut(out, same);
	print_not_counted(out, same);
	if (!chance->name) {
		number_wrap_format(out, 0, INDENT, "chance level: none, %s", json_text(made->original, "no_chance", "not measured"));
	} else {
		low = percent(chance->rate.low);
		high = percent(chance->rate.high);
		number_wrap_format(out, 0, INDENT, "chance level, %s: in %zu of %zu launches, 95 %% interval %s to %s", chance->name,
			chance->reproduced, chance->launches, low, high);
		free(low);
		free(high);
		print_cut(out, chance);
		print_not_counted(out, chance);
	}
	fputc('\n', out);
}

static void print_support(FILE *out, const struct reproduction *made)
{
	static const char *const words[] = { "TOO FEW blocks for a verdict (6 at least)", "cause SUPPORTED",
		"cause NOT SUPPORTED", "UNDECIDED" };
	char with[NUMBER_SIZE], without[NUMBER_SIZE], least[NUMBER_SIZE], p[NUMBER_SIZE];
	const struct support *support = &made->support;
	if (!made->without)
		return;
	char *change = number_interval(support->change);
	number_format(support->with, with);
	number_format(support->without, without);
	number_format(recurrence_least_ms(&made->target), least);
	number_p(support->p, p);
	number_wrap_format(out, 0, INDENT, "Without %s: %s.", json_text(made->without, "cause", "?"),
		json_text(made->without, "how", "?"));
	number_wrap_format(out, INDENT, HANGING, "episodes of %s ms or more, whatever their cause: %s a launch as it was, %s "
		"without; change %s in %zu whole block%s, p %s: %s", least, with, without, change, support->change.n,
		plural(support->change.n), p, words[support->verdict]);
	if (support->blocks_needed)
		number_wrap_format(out, INDENT, HANGING, "too few blocks hold a difference: about %zu would do, if episodes go on coming "
			"as they did (--launches %zu)", support->blocks_needed, support->blocks_needed);
	print_not_counted(out, &made->arms[REPRODUCTION_WITHOUT]);
	fputc('\n', out);
	free(change);
}

/* ---- episodes ---- */

static void add_row(struct table *table, const char *address, double length_ms, double worst_ms, const char *cause)
{
	char length[NUMBER_SIZE], worst[NUMBER_SIZE];
	number_format(length_ms, length);
	number_format(worst_ms, worst);
	table_row(table, (const char *const[COLUMNS]){ address, length, worst, cause_text(cause) });
}

static void print_recurrences(FILE *out, const struct reproduction *made)
{
	size_t count = 0;
	const struct json *original = made->original;
	struct table *table = table_new(COLUMNS);
	char *then = mem_format("%s:%.0f:%.0f", json_text(original, "run", "?"), json_number(original, "launch", 0),
		json_number(original, "sample", 0));
	table_row(table, (const char *const[COLUMNS]){ "recurrences, below the original", "lasted, ms", "slowest, ms", "cause" });
	add_row(table, then, made->target.length_ms, json_number(original, "worst_ms", NAN), made->target.cause);
	for (size_t i = 0; i < made->episode_count; i++) {
		const struct reproduction_episode *at = &made->episodes[i];
		if (!at->recurs || at->role != REPRODUCTION_SAME || count++ >= SHOWN)
			continue;
		char *address = address_of(made, at);
		add_row(table, address, at->episode.length_ms, at->episode.worst_ms, at->episode.cause);
		free(address);
	}
	if (count > 0)
		table_print(out, table);
	if (count > SHOWN)
		fprintf(out, "  and %zu more (--json has all)\n", count - SHOWN);
	if (count > 0)
		fputc('\n', out);
	table_free(table);
	free(then);
}

static void print_cause(FILE *out, const struct reproduction *made)
{
	const struct reproduction_episode *first = reproduction_first(made);
	size_t named = 0, all = 0;
	if (made->target.cause || !first || !first->episode.cause)
		return;
	for (size_t i = 0; i < made->episode_count; i++) {
		const struct reproduction_episode *at = &made->episodes[i];
		if (!at->recurs || at->role != REPRODUCTION_SAME)
			continue;
		all++;
		named += at->episode.cause && strcmp(at->episode.cause, first->episode.cause) == 0;
	}
	number_wrap_format(out, 0, INDENT, "The first recurrence names its cause: %s, which is that of %zu of the %zu recurrence%s.",
		first->episode.cause, named, all, plural(all));
	fputc('\n', out);
}

/* Of the spike's own arm: other causes, or shorter. */
static void print_others(FILE *out, const struct reproduction *made)
{
	size_t count = 0, shown = 0;
	for (size_t i = 0; i < made->episode_count; i++)
		count += !made->episodes[i].recurs && made->episodes[i].role == REPRODUCTION_SAME;
	if (count == 0)
		return;
	struct table *table = table_new(COLUMNS);
	table_row(table, (const char *const[COLUMNS]){ "other episodes of the arm", "lasted, ms", "slowest, ms", "cause" });
	for (size_t i = 0; i < made->episode_count && shown < SHOWN; i++) {
		const struct reproduction_episode *at = &made->episodes[i];
		if (at->recurs || at->role != REPRODUCTION_SAME)
			continue;
		char *address = address_of(made, at);
		add_row(table, address, at->episode.length_ms, at->episode.worst_ms, at->episode.cause);
		free(address);
		shown++;
	}
	table_print(out, table);
	if (count > shown)
		fprintf(out, "  and %zu more (--json has all)\n", count - shown);
	fputc('\n', out);
	table_free(table);
}

/* The traces with recurrences, in the results folder: each launch's once. */
static void print_paths(FILE *out, const struct reproduction *made)
{
	int last = 0;
	size_t count = 0;
	for (size_t i = 0; i < made->episode_count; i++) {
		const struct reproduction_episode *at = &made->episodes[i];
		if (!at->recurs || at->role != REPRODUCTION_SAME || !at->trace || at->launch == last)
			continue;
		last = at->launch;
		if (count++ < SHOWN)
			number_wrap_format(out, INDENT, HANGING, "%s", at->trace);
	}
	if (count > SHOWN)
		fprintf(out, "  and %zu more (--json has all)\n", count - SHOWN);
}

static void print_traces(FILE *out, const struct reproduction *made)
{
	const struct reproduction_episode *first = reproduction_first(made);
	if (!first || !first->trace)
		return;
	char *address = address_of(made, first);
	number_wrap_format(out, 0, INDENT, "Its story: wasmograph explain %s", address);
	number_wrap_format(out, 0, INDENT, "Its trace, for DevTools: wasmograph export %s:%d --as trace -o traces",
		made->run.id, first->launch);
	fputs("Traces with a recurrence, in the results folder:\n", out);
	print_paths(out, made);
	fputc('\n', out);
	free(address);
}

/* ---- then and now ---- */

static void print_changes(FILE *out, const char *title, const struct difference *list, size_t count)
{
	fprintf(out, "%s\n", title);
	for (size_t i = 0; i < count; i++)
		number_wrap_format(out, INDENT, HANGING, "%s: %s, now %s", list[i].what, list[i].then, list[i].now);
}

static void print_differences(FILE *out, const struct reproduction *made)
{
	bool missing = made->arms[REPRODUCTION_SAME].launches > 0 && made->arms[REPRODUCTION_SAME].reproduced == 0;
	if (made->original_is_gone) {
		fputs("The original's run was deleted, so that machine and browser cannot be compared.\n", out);
		return;
	}
	if (made->difference_count == 0 && missing)
		number_wrap(out, 0, INDENT, "It did not come back, and nothing that is stored of browser, flags, kernel, machine, "
			"its settings and limits, probe and guest differs between then and now.");
	if (made->difference_count > 0)
		print_changes(out, "What differs between then and now", made->differences, made->difference_count);
	if (missing)
		print_changes(out, "What the machine had to spare as the two runs began", made->conditions, made->condition_count);
}

void reproduction_text(FILE *out, const struct reproduction *made)
{
	print_head(out, made);
	print_rates(out, made);
	print_support(out, made);
	print_recurrences(out, made);
	print_cause(out, made);
	print_others(out, made);
	print_traces(out, made);
	print_differences(out, made);
}
