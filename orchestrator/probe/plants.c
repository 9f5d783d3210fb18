#include "probe/plants.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/arm.h"

enum { SHARE_MAX = 100, COUNT_MAX = 64 };

static const double EVERY_DEFAULT_MS = 400, APART_DEFAULT_MS = 120;

/* Longer ones would leave no samples on time between two of them. */
static const double LONGEST_MS = 2000;

/* [least, most]; both `fallback` when absent. */
static int read_range(const struct rules *rules, const char *key, double fallback, double *least, double *most)
{
	const struct json *range;
	*least = *most = fallback;
	if (rules_array(rules, key, &range))
		return -1;
	if (!range)
		return 0;
	*least = json_as_number(json_at(range, 0), NAN);
	*most = json_as_number(json_at(range, 1), NAN);
	if (json_length(range) == 2 && *least <= *most && fabs(*least) <= LONGEST_MS && fabs(*most) <= LONGEST_MS)
		return 0;
	return rules_bad(rules, key, "must be two numbers, [least, most], of at most %g", LONGEST_MS);
}

static int read_whole(const struct rules *rules, const char *key, int most, int *out)
{
	double number;
	if (rules_positive(rules, key, 1, &number))
		return -1;
	*out = (int)number;
	return number == floor(number) && number <= most ? 0
		: rules_bad(rules, key, "must be a whole number from 1 to %d", most);
}

static int read_extent(const struct rules *rules, struct probe_plant_kind *kind)
{
	double least, most;
	if (read_range(rules, "ms", 0, &kind->least_ms, &kind->most_ms)
	    || read_range(rules, "count", 1, &least, &most))
		return -1;
	if (!(kind->least_ms > 0))
		return rules_bad(rules, "ms", "must be there, and greater than 0");
	if (!(least >= 1 && most <= COUNT_MAX && floor(least) == least && floor(most) == most))
		return rules_bad(rules, "count", "must be whole numbers from 1 to %d", COUNT_MAX);
	kind->least_count = (int)least;
	kind->most_count = (int)most;
	return 0;
}

static int read_words(const struct rules *rules, const char *key, struct json **out)
{
	const struct json *words;
	if (rules_words(rules, key, &words))
		return -1;
	*out = words ? json_copy(words) : NULL;
	return 0;
}

/* What the host's helper can do is a closed list; what a thread can do, its module knows. */
static int check_act(const struct rules *rules, const struct probe_plant_kind *kind)
{
	static const char *const of_pacer[] = { "oversleep", NULL }, *const of_host[] = { "stop", "load", NULL };
	int index;
	if (kind->on == PROBE_PLANT_PACER)
		return rules_choice(rules, "do", of_pacer, -1, &index);
	return kind->on == PROBE_PLANT_HOST ? rules_choice(rules, "do", of_host, -1, &index) : 0;
}

static int read_kind(const struct rules *rules, struct probe_plants *plants)
{
	static const char *const keys[] = { "name", "on", "do", "cause", "also", "arms", "pure", "share", "ms",
		"count", NULL };
	static const char *const places[] = { "page", "worker", "pacer", "host", NULL };
	struct probe_plant_kind *kind = &plants->kinds[plants->kind_count++];
	int place;
	if (rules_known(rules, keys) || rules_name(rules, "name", &kind->name)
	    || rules_choice(rules, "on", places, -1, &place) || rules_name(rules, "do", &kind->act)
	    || rules_text(rules, "cause", NULL, &kind->cause) || read_words(rules, "also", &kind->also)
	    || read_words(rules, "arms", &kind->arms) || rules_bool(rules, "pure", true, &kind->pure)
	    || read_whole(rules, "share", SHARE_MAX, &kind->share) || read_extent(rules, kind))
		return -1;
	kind->on = (enum probe_plant_place)place;
	return check_act(rules, kind);
}

static int find_kind(const struct rules *rules, const struct probe_plants *plants, const struct json *name,
	size_t *found)
{
	for (*found = 0; *found < plants->kind_count; ++*found) {
		if (strcmp(plants->kinds[*found].name, json_as_text(name, "")) == 0)
			return 0;
	}
	return rules_bad(rules, "kinds", "must be two names of \"kinds\"");
}

/* "ms": [[least, most], [least, most]]: one may have to outlast the other, or it hides it. */
static int read_pair_ms(const struct rules *rules, const struct probe_plants *plants, struct probe_plant_pair *pair)
{
	const struct probe_plant_kind *kinds[] = { &plants->kinds[pair->first], &plants->kinds[pair->second] };
	struct probe_plant_range *ranges[] = { &pair->first_ms, &pair->second_ms };
	const struct json *given;
	if (rules_array(rules, "ms", &given))
		return -1;
	for (size_t i = 0; i < 2; i++) {
		const struct json *range = json_at(given, i);
		*ranges[i] = (struct probe_plant_range){ json_as_number(json_at(range, 0), given ? NAN : kinds[i]->least_ms),
			json_as_number(json_at(range, 1), given ? NAN : kinds[i]->most_ms) };
		if (!(ranges[i]->least > 0 && ranges[i]->least <= ranges[i]->most && ranges[i]->most <= LONGEST_MS))
			return rules_bad(rules, "ms", "must be two ranges, [[least, most], [least, most]], of more than 0 "
				"and at most %g", LONGEST_MS);
	}
	return 0;
}

static int read_pair(const struct rules *rules, struct probe_plants *plants)
{
	static const char *const keys[] = { "kinds", "lag_ms", "ms", "share", NULL };
	struct probe_plant_pair *pair = &plants->pairs[plants->pair_count++];
	const struct json *kinds;
	if (rules_known(rules, keys) || rules_words(rules, "kinds", &kinds)
	    || read_range(rules, "lag_ms", 0, &pair->least_lag_ms, &pair->most_lag_ms)
	    || read_whole(rules, "share", SHARE_MAX, &pair->share))
		return -1;
	if (json_length(kinds) != 2)
		return rules_bad(rules, "kinds", "must be two names of \"kinds\"");
	return find_kind(rules, plants, json_at(kinds, 0), &pair->first)
		|| find_kind(rules, plants, json_at(kinds, 1), &pair->second)
		|| read_pair_ms(rules, plants, pair) ? -1 : 0;
}

/* Each element counts itself before it is read, so that a half-read one is released too. */
static int read_list(const struct rules *rules, const char *key, struct probe_plants *plants,
	int (*read)(const struct rules *rules, struct probe_plants *plants))
{
	size_t index = 0;
	for (const struct json *m = json_first(json_get(rules->object, key)); m; m = json_next(m), index++) {
		char *place = mem_format("%s.%s[%zu]", rules->place, key, index);
		struct rules element = { rules->file, m, place, rules->err };
		int result = read(&element, plants);
		free(place);
		if (result)
			return -1;
	}
	return 0;
}

static int check_names(const struct rules *rules, const struct probe_plants *plants)
{
	for (size_t i = 0; i < plants->kind_count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (strcmp(plants->kinds[i].name, plants->kinds[j].name) == 0)
				return rules_bad(rules, "kinds", "has the name \"%s\" twice", plants->kinds[i].name);
		}
	}
	return plants->kind_count ? 0 : rules_bad(rules, "kinds", "must list at least one");
}

static int read_lists(const struct rules *rules, struct probe_plants *plants)
{
	const struct json *kinds, *pairs;
	if (rules_array(rules, "kinds", &kinds) || rules_array(rules, "pairs", &pairs))
		return -1;
	plants->kinds = mem_alloc_zero(json_length(kinds) + 1, sizeof(*plants->kinds));
	plants->pairs = mem_alloc_zero(json_length(pairs) + 1, sizeof(*plants->pairs));
	return read_list(rules, "kinds", plants, read_kind) || check_names(rules, plants)
		|| read_list(rules, "pairs", plants, read_pair) ? -1 : 0;
}

int plants_read(const struct rules *rules, struct probe_plants *plants)
{
	static const char *const keys[] = { "module", "every_ms", "apart_ms", "kinds", "pairs", NULL };
	if (rules_known(rules, keys) || rules_text(rules, "module", NULL, &plants->module)
	    || rules_positive(rules, "every_ms", EVERY_DEFAULT_MS, &plants->every_ms)
	    || rules_positive(rules, "apart_ms", APART_DEFAULT_MS, &plants->apart_ms))
		return -1;
	if (strchr(plants->module, '/'))
		return rules_bad(rules, "module", "must be a file directly in the probe's folder");
	return read_lists(rules, plants);
}

void plants_release(struct probe_plants *plants)
{
	for (size_t i = 0; i < plants->kind_count; i++) {
		struct probe_plant_kind *kind = &plants->kinds[i];
		free(kind->name);
		free(kind->act);
		free(kind->cause);
		json_free(kind->also);
		json_free(kind->arms);
	}
	free(plants->kinds);
	free(plants->pairs);
	free(plants->module);
	*plants = (struct probe_plants){ 0 };
}

bool plants_kind_is_of(const struct probe_plant_kind *kind, const char *arm)
{
	for (const struct json *m = json_first(kind->arms); m; m = json_next(m)) {
		if (arm_matches(json_as_text(m, ""), arm))
			return true;
	}
	return !kind->arms;
}
