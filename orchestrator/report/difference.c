#include "report/difference.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const unknown = "–";

/* Where a fact stands. */
enum place { OF_SPEC, OF_RUN, OF_LAUNCH };

static const struct {
	const char *what;
	enum place place;
	const char *outer, *key; /* outer NULL: at the top */
} facts[] = {
	{ "browser", OF_RUN, "browser", "version" }, { "browser's path", OF_RUN, "browser", "path" },
	{ "browser mode", OF_RUN, "browser", "mode" }, { "sandbox", OF_RUN, "browser", "sandbox" },
	{ "browser's user id", OF_RUN, "browser", "uid" }, { "wasmograph", OF_RUN, NULL, "wasmograph" },
	{ "probe.json (SHA-256)", OF_SPEC, NULL, "probe_sha256" },
	{ "probe.js (SHA-256)", OF_SPEC, NULL, "script_sha256" }, { "machine", OF_RUN, NULL, "machine_id" },
	{ "host", OF_RUN, NULL, "host" }, { "kernel", OF_RUN, NULL, "kernel" }, { "CPU", OF_RUN, NULL, "cpu_model" },
	{ "CPUs", OF_RUN, NULL, "cpus" }, { "hypervisor", OF_RUN, NULL, "hypervisor" },
	{ "governor", OF_RUN, NULL, "governor" }, { "turbo", OF_RUN, NULL, "turbo" },
	{ "clock source", OF_RUN, NULL, "clock_source" },
	{ "transparent huge pages", OF_RUN, NULL, "transparent_huge_pages" }, { "ASLR", OF_RUN, NULL, "aslr" },
	{ "memory, bytes", OF_RUN, NULL, "memory_bytes" }, { "swap, bytes", OF_RUN, NULL, "swap_bytes" },
	{ "CPU limit", OF_RUN, "cgroup", "cpu_limit" }, { "memory limit, bytes", OF_RUN, "cgroup", "memory_limit_bytes" },
	{ "CPUs that the browser may use", OF_LAUNCH, "browser", "cpus" },
	{ "what keeps the browser to its CPUs", OF_LAUNCH, "browser", "cpus_by" },
	{ "CPUs that the daemon may use", OF_RUN, NULL, "daemon_cpus" },
	{ "process limit", OF_RUN, "cgroup", "process_limit" }, { "/dev/shm, bytes", OF_RUN, NULL, "shm_bytes" },
	{ "trace buffer, KB", OF_SPEC, NULL, "trace_buffer_kb" },
	{ "browser's control group", OF_LAUNCH, "browser", "cgroup" },
};

static const struct json *fact(const struct difference_facts *facts_of, size_t index)
{
	const struct json *places[] = { facts_of->spec, facts_of->environment, facts_of->launch };
	const struct json *place = places[facts[index].place];
	return json_get(facts[index].outer ? json_get(place, facts[index].outer) : place, facts[index].key);
}

static char *text_of(const struct json *value)
{
	if (!value || json_type(value) == JSON_NULL)
		return mem_strdup(unknown);
	return json_type(value) == JSON_STRING ? mem_strdup(json_as_text(value, "")) : json_print(value, false);
}

/* Takes the texts over. */
static void add(struct difference *list, size_t *count, const char *what, char *then_taken, char *now_taken)
{
	if (strcmp(then_taken, now_taken) != 0) {
		list[(*count)++] = (struct difference){ what, then_taken, now_taken };
		return;
	}
	free(then_taken);
	free(now_taken);
}

/* ---- flags ---- */

static bool holds(const struct json *flags, const char *flag)
{
	for (const struct json *at = json_first(flags); at; at = json_next(at)) {
		if (strcmp(json_as_text(at, ""), flag) == 0)
			return true;
	}
	return false;
}

/* The flags that `others` lacks, apart by blanks. */
static char *flags_beyond(const struct json *flags, const struct json *others)
{
	static const char profile[] = "--user-data-dir=";
	char *text = mem_strdup("");
	for (const struct json *at = json_first(flags); at; at = json_next(at)) {
		const char *flag = json_as_text(at, "");
		if (strncmp(flag, profile, strlen(profile)) == 0 || holds(others, flag))
			continue;
		char *longer = mem_format("%s%s%s", text, *text ? " " : "", flag);
		free(text);
		text = longer;
	}
	if (*text)
		return text;
	free(text);
	return mem_strdup(unknown);
}

static const struct json *flags_of(const struct difference_facts *facts_of)
{
	return json_get(json_get(facts_of->launch, "browser"), "flags");
}

struct difference *differences_find(const struct difference_facts *then, const struct difference_facts *now,
	size_t *count)
{
	enum { FACTS = sizeof facts / sizeof *facts };
	struct difference *list = mem_alloc_zero(FACTS + 1, sizeof *list);
	*count = 0;
	for (size_t i = 0; i < FACTS; i++) {
		const struct json *before = fact(then, i), *after = fact(now, i);
		if (before && after)
			add(list, count, facts[i].what, text_of(before), text_of(after));
	}
	if (flags_of(then) && flags_of(now))
		add(list, count, "browser flags", flags_beyond(flags_of(then), flags_of(now)),
			flags_beyond(flags_of(now), flags_of(then)));
	return list;
}

/* ---- conditions ---- */

/* Of the three means of the load the first is the latest. */
static char *load_of(const struct difference_facts *facts_of)
{
	return text_of(json_first(json_get(facts_of->environment, "load")));
}

struct difference *conditions_find(const struct difference_facts *then, const struct difference_facts *now, size_t *count)
{
	static const struct { const char *what, *key; } amounts[] = {
		{ "memory free, bytes", "memory_available_bytes" }, { "swap used, bytes", "swap_used_bytes" },
		{ "/dev/shm free, bytes", "shm_available_bytes" },
	};
	enum { AMOUNTS = sizeof amounts / sizeof *amounts };
	struct difference *list = mem_alloc_zero(AMOUNTS + 1, sizeof *list);
	*count = 0;
	list[(*count)++] = (struct difference){ "load, 1 minute", load_of(then), load_of(now) };
	for (size_t i = 0; i < AMOUNTS; i++) {
		list[(*count)++] = (struct difference){ amounts[i].what, text_of(json_get(then->environment, amounts[i].key)),
			text_of(json_get(now->environment, amounts[i].key)) };
	}
	return list;
}

void differences_free(struct difference *differences, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(differences[i].then);
		free(differences[i].now);
	}
	free(differences);
}
