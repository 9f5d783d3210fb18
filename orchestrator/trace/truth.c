#include "trace/truth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { TRUTH_SCHEMA = 1 };

/* Beyond it ids would no longer be whole in JSON, and times no longer exact to 1 µs. */
#define NUMBER_MOST 9007199254740992.0

static int bad(struct err *err, size_t index, const char *what)
{
	return err_set(err, ERR_INVALID, "the truth: plants[%zu]: %s", index, what);
}

/* ---- members ---- */

static int read_text(const struct json *plant, const char *key, size_t index, const char **out, struct err *err)
{
	*out = json_text(plant, key, NULL);
	if (*out && (*out)[0])
		return 0;
	return err_set(err, ERR_INVALID, "the truth: plants[%zu]: %s has to be a text", index, key);
}

static int read_id(const struct json *value, size_t index, int64_t *out, struct err *err)
{
	double number = json_as_number(value, NAN);
	if (!(number >= 0 && number <= NUMBER_MOST && number == floor(number)))
		return bad(err, index, "ids are whole numbers from 0");
	*out = (int64_t)number;
	return 0;
}

static int read_cause(const char *name, size_t index, int *out, struct err *err)
{
	*out = trace_cause_parse(name);
	if (*out != TRACE_NO_CAUSE)
		return 0;
	return err_set(err, ERR_INVALID, "the truth: plants[%zu]: there is no cause '%.40s'", index, name);
}

static int read_also(const struct json *also, size_t index, uint64_t *out, struct err *err)
{
	*out = 0;
	if (also && json_type(also) != JSON_ARRAY && json_type(also) != JSON_NULL)
		return bad(err, index, "also has to be a list of causes");
	for (const struct json *name = json_first(also); name; name = json_next(name)) {
		int cause;
		if (read_cause(json_as_text(name, ""), index, &cause, err))
			return -1;
		*out |= 1ULL << cause;
	}
	return 0;
}

static int read_clock(const char *name, size_t index, enum trace_truth_clock *out, struct err *err)
{
	static const char *const names[] = { "main", "worker", "mono" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		*out = (enum trace_truth_clock)i;
		if (strcmp(names[i], name) == 0)
			return 0;
	}
	return bad(err, index, "clock has to be main, worker or mono");
}

static int read_pure(const struct json *value, size_t index, bool *out, struct err *err)
{
	*out = json_as_bool(value, false);
	if (value && json_type(value) == JSON_BOOL)
		return 0;
	return bad(err, index, "pure has to be true or false");
}

static int read_failed(const struct json *value, size_t index, const char **out, struct err *err)
{
	*out = json_as_text(value, NULL);
	if (!value || *out || json_type(value) == JSON_NULL)
		return 0;
	return bad(err, index, "failed has to say why");
}

static int read_times(const struct json *object, size_t index, struct trace_plant *plant, struct err *err)
{
	plant->begin_ms = json_number(object, "begin", NAN);
	plant->end_ms = json_number(object, "end", NAN);
	if (plant->failed) {
		plant->begin_ms = plant->end_ms = NAN;
		return 0;
	}
	if (plant->begin_ms >= -NUMBER_MOST && plant->begin_ms <= plant->end_ms && plant->end_ms <= NUMBER_MOST)
		return 0;
	return bad(err, index, "begin and end have to be times in their order, unless failed says why there are none");
}

static int read_plant(const struct json *object, size_t index, struct trace_plant *plant, struct err *err)
{
	const char *cause, *clock;
	*plant = (struct trace_plant){ .pair = TRACE_PLANT_ALONE };
	if (read_id(json_get(object, "id"), index, &plant->id, err)
	    || read_text(object, "kind", index, &plant->kind, err)
	    || read_text(object, "cause", index, &cause, err)
	    || read_cause(cause, index, &plant->cause, err)
	    || read_also(json_get(object, "also"), index, &plant->also, err)
	    || read_text(object, "clock", index, &clock, err)
	    || read_clock(clock, index, &plant->clock, err)
	    || read_pure(json_get(object, "pure"), index, &plant->pure, err)
	    || read_failed(json_get(object, "failed"), index, &plant->failed, err))
		return -1;
	return read_times(object, index, plant, err);
}

/* ---- ids and pairs ---- */

struct named { int64_t id; size_t index; };

static int by_id(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	return a->id < b->id ? -1 : a->id > b->id;
}

static struct named *sort_ids(const struct trace_truth *truth)
{
	struct named *ids = mem_alloc_zero(truth->count + 1, sizeof *ids);
	for (size_t i = 0; i < truth->count; i++)
		ids[i] = (struct named){ truth->plants[i].id, i };
	qsort(ids, truth->count, sizeof *ids, by_id);
	return ids;
}

static int check_ids(const struct trace_truth *truth, const struct named *ids, struct err *err)
{
	for (size_t i = 1; i < truth->count; i++) {
		if (ids[i].id == ids[i - 1].id)
			return bad(err, ids[i].index, "another plant has the same id");
	}
	return 0;
}

static int join(struct trace_plant *plant, size_t other, size_t index, struct err *err)
{
	if (plant->pair != TRACE_PLANT_ALONE && plant->pair != other)
		return bad(err, index, "a plant has one pair at most");
	plant->pair = other;
	return 0;
}

/* Either of two may name the other; afterwards both do. */
static int read_pair(const struct trace_truth *truth, const struct named *ids, const struct json *object, size_t index,
	struct err *err)
{
	const struct json *value = json_get(object, "pair");
	struct named wanted = { 0, 0 };
	if (!value || json_type(value) == JSON_NULL)
		return 0;
	if (read_id(value, index, &wanted.id, err))
		return -1;
	const struct named *found = bsearch(&wanted, ids, truth->count, sizeof *ids, by_id);
	if (!found || found->index == index)
		return bad(err, index, "pair has to be another plant's id");
	if (join(&truth->plants[index], found->index, index, err))
		return -1;
	return join(&truth->plants[found->index], index, index, err);
}

static int read_pairs(const struct trace_truth *truth, const struct json *plants, struct err *err)
{
	struct named *ids = sort_ids(truth);
	int result = check_ids(truth, ids, err);
	size_t index = 0;
	for (const struct json *object = json_first(plants); object && !result; object = json_next(object))
		result = read_pair(truth, ids, object, index++, err);
	free(ids);
	return result;
}

/* ---- the document ---- */

static int read_plants(const struct json *root, struct trace_truth *truth, struct err *err)
{
	const struct json *plants = json_get(root, "plants");
	int result = 0;
	if (json_number(root, "schema", 0) != TRUTH_SCHEMA)
		return err_set(err, ERR_INVALID, "the truth: its schema has to be %d", TRUTH_SCHEMA);
	if (!plants || json_type(plants) != JSON_ARRAY)
		return err_set(err, ERR_INVALID, "the truth: plants has to be a list");
	if (json_length(plants) > TRACE_TRUTH_PLANTS_MAX)
		return err_set(err, ERR_TOO_LARGE, "the truth: more than %d plants", TRACE_TRUTH_PLANTS_MAX);
	truth->plants = mem_alloc_zero(json_length(plants) + 1, sizeof *truth->plants);
	for (const struct json *object = json_first(plants); object && !result; object = json_next(object)) {
		result = read_plant(object, truth->count, &truth->plants[truth->count], err);
		truth->count++;
	}
	return result ? -1 : read_pairs(truth, plants, err);
}

int trace_truth_parse(const char *text, size_t length, struct trace_truth *truth, struct err *err)
{
	*truth = (struct trace_truth){ 0 };
	truth->root = json_parse(text, length, TRACE_TRUTH_CEILING, "the truth", err);
	if (!truth->root)
		return -1;
	int result = read_plants(truth->root, truth, err);
	if (result)
		trace_truth_release(truth);
	return result;
}

void trace_truth_release(struct trace_truth *truth)
{
	json_free(truth->root);
	free(truth->plants);
	*truth = (struct trace_truth){ 0 };
}

bool trace_plant_holds(const struct trace_plant *plant, int cause)
{
	return cause != TRACE_NO_CAUSE && (plant->cause == cause || (plant->also >> cause & 1));
}

static double place(const struct trace_plant *plant, double ms, const double offsets_us[TRACE_ROLES])
{
	switch (plant->clock) {
	case TRACE_TRUTH_MAIN: return 1000 * ms + offsets_us[TRACE_MAIN];
	case TRACE_TRUTH_WORKER: return 1000 * ms + offsets_us[TRACE_WORKER];
	case TRACE_TRUTH_MONO: break;
	}
	return 1000 * ms;
}

double trace_plant_begin_us(const struct trace_plant *plant, const double offsets_us[TRACE_ROLES])
{
	return place(plant, plant->begin_ms, offsets_us);
}

double trace_plant_end_us(const struct trace_plant *plant, const double offsets_us[TRACE_ROLES])
{
	return place(plant, plant->end_ms, offsets_us);
}
