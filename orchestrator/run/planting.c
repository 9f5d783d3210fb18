#include "run/planting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rng.h"

/* Free of plants, so that nothing of them reaches over the window's ends; and room for what lasts longer than asked. */
static const double LEAD_MS = 300, TAIL_MS = 500;

enum { HOST_PLAN_CEILING = 64 * 1024 };

/* What comes up: kinds first, then pairs, each as often as its share. Dealt like cards, so that all come equally often. */
struct deck {
	size_t *cards;
	size_t count, left;
};

static bool pair_is_of(const struct probe_plants *plants, const struct probe_plant_pair *pair, const char *arm)
{
	return plants_kind_is_of(&plants->kinds[pair->first], arm) && plants_kind_is_of(&plants->kinds[pair->second], arm);
}

static void add_cards(struct deck *deck, size_t card, int share)
{
	deck->cards = mem_resize(deck->cards, deck->count + (size_t)share, sizeof(*deck->cards));
	while (share-- > 0)
		deck->cards[deck->count++] = card;
}

static void fill_deck(struct deck *deck, const struct probe_plants *plants, const char *arm)
{
	*deck = (struct deck){ 0 };
	for (size_t i = 0; i < plants->kind_count; i++) {
		if (plants_kind_is_of(&plants->kinds[i], arm))
			add_cards(deck, i, plants->kinds[i].share);
	}
	for (size_t i = 0; i < plants->pair_count; i++) {
		if (pair_is_of(plants, &plants->pairs[i], arm))
			add_cards(deck, plants->kind_count + i, plants->pairs[i].share);
	}
}

static size_t deal(struct deck *deck, struct rng *rng)
{
	if (deck->left == 0)
		deck->left = deck->count;
	size_t at = rng_below(rng, (uint32_t)deck->left--), card = deck->cards[at];
	deck->cards[at] = deck->cards[deck->left];
	deck->cards[deck->left] = card;
	return card;
}

static double between(struct rng *rng, double least, double most)
{
	return least + rng_unit(rng) * (most - least);
}

static struct planting_item draw_item(const struct probe_plant_kind *kind, double at_ms, double least_ms, double most_ms,
	struct rng *rng)
{
	uint32_t counts = (uint32_t)(kind->most_count - kind->least_count + 1);
	double ms = between(rng, least_ms, most_ms);
	return (struct planting_item){ .kind = kind, .at_ms = at_ms, .ms = ms,
		.count = kind->least_count + (int)rng_below(rng, counts), .pair = PLANTING_ALONE };
}

static double end_ms(const struct planting_item *item)
{
	return item->at_ms + item->ms;
}

static void add_item(struct planting *planting, const struct planting_item *item)
{
	planting->items = mem_resize(planting->items, planting->count + 1, sizeof(*planting->items));
	planting->items[planting->count++] = *item;
}

/* The items of one card, not before `from_ms`. When the last of them ends. */
static double add_card(struct planting *planting, const struct probe_plants *plants, size_t card, double from_ms,
	struct rng *rng)
{
	if (card < plants->kind_count) {
		const struct probe_plant_kind *kind = &plants->kinds[card];
		struct planting_item item = draw_item(kind, from_ms, kind->least_ms, kind->most_ms, rng);
		add_item(planting, &item);
		return end_ms(&item);
	}
	const struct probe_plant_pair *pair = &plants->pairs[card - plants->kind_count];
	double lag_ms = between(rng, pair->least_lag_ms, pair->most_lag_ms);
	struct planting_item first = draw_item(&plants->kinds[pair->first], from_ms + fmax(0, -lag_ms),
		pair->first_ms.least, pair->first_ms.most, rng);
	struct planting_item second = draw_item(&plants->kinds[pair->second], from_ms + fmax(0, lag_ms),
		pair->second_ms.least, pair->second_ms.most, rng);
	int id = (int)planting->count;
	first.pair = id + (lag_ms >= 0);
	second.pair = id + (lag_ms < 0);
	add_item(planting, lag_ms < 0 ? &second : &first);
	add_item(planting, lag_ms < 0 ? &first : &second);
	return fmax(end_ms(&first), end_ms(&second));
}

static void draw_all(struct planting *planting, const struct probe_plants *plants, struct deck *deck,
	double window_ms, struct rng *rng)
{
	double at_ms = LEAD_MS + rng_unit(rng) * plants->every_ms;
	while (deck->count > 0) {
		size_t before = planting->count;
		double last_ms = add_card(planting, plants, deal(deck, rng), at_ms, rng);
		if (last_ms > window_ms - TAIL_MS) {
			planting->count = before;
			return;
		}
		at_ms = fmax(at_ms + plants->every_ms * (0.5 + rng_unit(rng)),
			last_ms + plants->apart_ms * (1 + rng_unit(rng)));
	}
}

static bool is_of_cause(const struct planting_item *item, const char *cause)
{
	size_t length = strcspn(item->kind->cause, "@");
	return strlen(cause) == length && memcmp(item->kind->cause, cause, length) == 0;
}

/* Everything else stays when it was: a launch without a cause differs from one with it in nothing but that. */
static void leave_out(struct planting *planting, const char *cause)
{
	size_t kept = 0;
	for (size_t i = 0; i < planting->count; i++) {
		struct planting_item item = planting->items[i];
		bool was_second = item.pair != PLANTING_ALONE && item.pair < (int)i;
		if (is_of_cause(&item, cause))
			continue;
		item.pair = PLANTING_ALONE;
		if (was_second && kept > 0 && !is_of_cause(&planting->items[i - 1], cause)) {
			item.pair = (int)kept - 1;
			planting->items[kept - 1].pair = (int)kept;
		}
		planting->items[kept++] = item;
	}
	planting->count = kept;
}

/* Arms differ in what they plant, and so in their times; but not from themselves without a cause. */
static void seed(const struct launch_spec *spec, struct rng *rng)
{
	const char *name = spec->arm->name, *without = strstr(name, ",without=");
	size_t length = without ? (size_t)(without - name) : strlen(name);
	char *stream = mem_format("block/%d/plants/%.*s", spec->block, (int)length, name);
	rng_seed(rng, spec->seed, stream);
	free(stream);
}

void planting_draw(const struct launch_spec *spec, struct planting *planting)
{
	const struct probe_plants *plants = &spec->probe->plants;
	struct rng rng;
	struct deck deck;
	*planting = (struct planting){ 0 };
	seed(spec, &rng);
	fill_deck(&deck, plants, spec->arm->name);
	draw_all(planting, plants, &deck, launch_spec_schedule_ms(spec), &rng);
	leave_out(planting, json_text(spec->parameters, PLANTING_ABSENT, ""));
	free(deck.cards);
}

void planting_release(struct planting *planting)
{
	free(planting->items);
}

/* ---- the parts ---- */

/* To the µs: the digits beyond mean nothing. */
static double rounded(double ms)
{
	return round(ms * 1000) / 1000;
}

static struct json *item_json(const struct planting_item *item, size_t id)
{
	static const char *const places[] = { "page", "worker", "pacer", "host" };
	struct json *object = json_new_object();
	json_set_number(object, "id", (double)id);
	json_set_text(object, "on", places[item->kind->on]);
	json_set_text(object, "do", item->kind->act);
	json_set_number(object, "at_ms", rounded(item->at_ms));
	json_set_number(object, "ms", rounded(item->ms));
	json_set_number(object, "count", item->count);
	return object;
}

struct json *planting_manifest(const struct launch_spec *spec)
{
	if (spec->probe->plants.kind_count == 0)
		return NULL;
	struct planting planting;
	struct json *object = json_new_object(), *list = json_new_array();
	char *module = mem_format("probe/%s", spec->probe->plants.module);
	planting_draw(spec, &planting);
	for (size_t i = 0; i < planting.count; i++) {
		if (planting.items[i].kind->on != PROBE_PLANT_HOST)
			json_append(list, item_json(&planting.items[i], i));
	}
	json_set_text(object, "module", module);
	json_set(object, "list", list);
	planting_release(&planting);
	free(module);
	return object;
}

char *planting_host_plan(const struct launch_spec *spec)
{
	struct planting planting;
	struct buf text;
	buf_init(&text, HOST_PLAN_CEILING);
	planting_draw(spec, &planting);
	for (size_t i = 0; i < planting.count; i++) {
		const struct planting_item *item = &planting.items[i];
		if (item->kind->on == PROBE_PLANT_HOST)
			buf_append_format(&text, "%zu:%s:%.0f:%.0f:%d,", i, item->kind->act,
				(LAUNCH_SPEC_LEAD_IN_MS + item->at_ms) * 1000,
				item->ms * 1000, item->count);
	}
	planting_release(&planting);
	char *plan = text.length ? mem_strndup(text.data, text.length - 1) : NULL;
	buf_release(&text);
	return plan;
}

/* ---- the truth ---- */

static const struct json *entry_of(const struct json *log, size_t id)
{
	for (const struct json *m = json_first(log); m; m = json_next(m)) {
		if (json_number(m, "id", -1) == (double)id)
			return m;
	}
	return NULL;
}

/* The pacer oversleeps by its sender's clock. */
static const char *clock_of(const struct launch_spec *spec, enum probe_plant_place on)
{
	bool sender_is_worker = strcmp(spec->arm->thread, "main") == 0;
	if (on == PROBE_PLANT_HOST)
		return "mono";
	bool worker = on == PROBE_PLANT_WORKER || (on == PROBE_PLANT_PACER && sender_is_worker);
	return worker ? "worker" : "main";
}

static char *note_of(const struct planting_item *item)
{
	return item->kind->most_count > 1 ? mem_format("%s, %.1f ms, %d of them", item->kind->act, item->ms, item->count)
		: mem_format("%s, %.1f ms", item->kind->act, item->ms);
}

/* `unknown`: why, when nothing is known of it. */
static struct json *truth_entry(const struct launch_spec *spec, const struct planting_item *item, size_t id,
	const struct json *happened, const char *unknown)
{
	const struct probe_plant_kind *kind = item->kind;
	struct json *object = json_new_object();
	const char *failed = json_text(happened, "failed", happened ? NULL : unknown);
	char *note = note_of(item);
	json_set_number(object, "id", (double)id);
	json_set_text(object, "kind", kind->name);
	json_set_text(object, "cause", kind->cause);
	json_set(object, "also", kind->also ? json_copy(kind->also) : json_new_array());
	json_set_text(object, "clock", clock_of(spec, kind->on));
	json_set_number(object, "begin", json_number(happened, "begin", NAN));
	json_set_number(object, "end", json_number(happened, "end", NAN));
	json_set_number(object, "pair", item->pair == PLANTING_ALONE ? NAN : item->pair);
	json_set_bool(object, "pure", kind->pure && item->pair == PLANTING_ALONE);
	json_set_text(object, "note", note);
	if (failed)
		json_set_text(object, "failed", failed);
	free(note);
	return object;
}

struct json *planting_truth(const struct launch_spec *spec, const struct json *page_log, const struct json *host_facts)
{
	if (spec->probe->plants.kind_count == 0)
		return NULL;
	static const char never_told[] = "the window ended before it was done, or told of";
	struct planting planting;
	struct json *truth = json_new_object(), *list = json_new_array();
	planting_draw(spec, &planting);
	for (size_t i = 0; i < planting.count; i++) {
		bool host = planting.items[i].kind->on == PROBE_PLANT_HOST;
		const struct json *happened = entry_of(host ? json_get(host_facts, "plants") : page_log, i);
		const char *unknown = host ? json_text(host_facts, "failed", never_told) : never_told;
		json_append(list, truth_entry(spec, &planting.items[i], i, happened, unknown));
	}
	json_set_number(truth, "schema", 1);
	json_set(truth, "plants", list);
	planting_release(&planting);
	return truth;
}
