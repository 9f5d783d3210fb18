#include "report/reproduction_json.h"

#include <stdlib.h>

#include "base/mem.h"

enum { SCHEMA = 1 };

static struct json *arm_json(const struct reproduction_arm *arm)
{
	if (!arm->name)
		return json_new_null();
	struct json *object = json_new_object();
	json_set_text(object, "name", arm->name);
	json_set_number(object, "launches", (double)arm->launches);
	json_set_number(object, "reproduced", (double)arm->reproduced);
	json_set_number(object, "value", arm->rate.value);
	json_set_number(object, "low", arm->rate.low);
	json_set_number(object, "high", arm->rate.high);
	json_set_text(object, "method", arm->stopped_at_success ? "negative-binomial" : "clopper-pearson");
	json_set_number(object, "void", (double)arm->void_count);
	json_set_number(object, "failed", (double)arm->failed);
	json_set_number(object, "saturated", (double)arm->saturated);
	json_set_number(object, "untold", (double)arm->untold);
	json_set_number(object, "cut", (double)arm->cut);
	return object;
}

static struct json *episode_json(const struct reproduction *made, const struct reproduction_episode *at)
{
	struct json *object = json_new_object();
	char *address = mem_format("%s:%d:%zu", made->run.id, at->launch, at->episode.worst);
	json_set_text(object, "address", address);
	json_set_text(object, "arm", made->arms[at->role].name);
	json_set_number(object, "length_ms", at->episode.length_ms);
	json_set_number(object, "worst_ms", at->episode.worst_ms);
	json_set_text(object, "cause", at->episode.cause);
	json_set_text(object, "trace", at->trace);
	free(address);
	return object;
}

static struct json *episodes_json(const struct reproduction *made, bool recurs)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < made->episode_count; i++) {
		if (made->episodes[i].recurs == recurs)
			json_append(list, episode_json(made, &made->episodes[i]));
	}
	return list;
}

static struct json *support_json(const struct reproduction *made)
{
	if (!made->without)
		return json_new_null();
	const struct support *support = &made->support;
	struct json *object = json_new_object();
	json_set_text(object, "verdict", support_verdict_name(support->verdict));
	json_set_number(object, "with", support->with);
	json_set_number(object, "without", support->without);
	json_set_number(object, "change", support->change.value);
	json_set_number(object, "low", support->change.low);
	json_set_number(object, "high", support->change.high);
	json_set_number(object, "blocks", (double)support->change.n);
	json_set_number(object, "p", support->p);
	if (support->blocks_needed)
		json_set_number(object, "blocks_needed", (double)support->blocks_needed);
	return object;
}

static struct json *changes_json(const struct reproduction *made, const struct difference *changes, size_t count)
{
	if (made->original_is_gone)
		return json_new_null();
	struct json *list = json_new_array();
	for (size_t i = 0; i < count; i++) {
		struct json *object = json_new_object();
		json_set_text(object, "what", changes[i].what);
		json_set_text(object, "then", changes[i].then);
		json_set_text(object, "now", changes[i].now);
		json_append(list, object);
	}
	return list;
}

struct json *reproduction_json(const struct reproduction *made)
{
	const struct reproduction_episode *first = reproduction_first(made);
	struct json *document = json_new_object(), *arms = json_new_object();
	json_set(arms, "same", arm_json(&made->arms[REPRODUCTION_SAME]));
	json_set(arms, "chance", arm_json(&made->arms[REPRODUCTION_CHANCE]));
	json_set(arms, "without", arm_json(&made->arms[REPRODUCTION_WITHOUT]));
	json_set_number(document, "schema", SCHEMA);
	json_set_text(document, "run", made->run.id);
	json_set(document, "reproduces", json_copy(made->original));
	json_set_number(document, "least_ms", recurrence_least_ms(&made->target));
	json_set(document, "triggers_ms", made->is_recorded ? json_copy(json_get(made->run.spec, "triggers_ms")) : json_new_null());
	json_set(document, "arms", arms);
	json_set_text(document, "cause", made->target.cause ? made->target.cause : first ? first->episode.cause : NULL);
	json_set(document, "support", support_json(made));
	json_set(document, "recurrences", episodes_json(made, true));
	json_set(document, "others", episodes_json(made, false));
	json_set(document, "differences", changes_json(made, made->differences, made->difference_count));
	json_set(document, "conditions", changes_json(made, made->conditions, made->condition_count));
	return document;
}
