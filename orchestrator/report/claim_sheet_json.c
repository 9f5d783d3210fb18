#include "report/claim_sheet_json.h"

#include <math.h>
#include <stdlib.h>

#include "probe/claim.h"

enum { SHEET_SCHEMA = 1 };

static bool has_figure(const struct probe_claim *said)
{
	return !said->observation && said->rule != PROBE_CLAIM_UNSTATED;
}

/* What is published: a number, a range, a total of so many calls, a ratio; null without a figure. */
static struct json *claimed_json(const struct probe_claim *said)
{
	if (!has_figure(said))
		return json_new_null();
	struct json *object = json_new_object();
	json_set_number(object, "value", said->value);
	if (said->to > said->value)
		json_set_number(object, "to", said->to);
	json_set_text(object, "unit", said->unit);
	if (said->per != 1)
		json_set_number(object, "per", said->per);
	return object;
}

static struct json *measured_json(const struct claim_reading *reading)
{
	if (!reading->claim || reading->said->observation || reading->claim->measured.n == 0)
		return json_new_null();
	const struct interval *measured = &reading->claim->measured;
	struct json *object = json_new_object();
	json_set_number(object, "value", measured->value);
	json_set_number(object, "low", measured->low);
	json_set_number(object, "high", measured->high);
	json_set_text(object, "unit", reading->said->unit);
	json_set_number(object, "n", (double)measured->n);
	if (reading->said->per != 1)
		json_set_number(object, "extrapolated_total", measured->value * reading->said->per);
	return object;
}

static struct json *observed_json(const struct claim_reading *reading)
{
	if (!reading->claim || !reading->said->observation)
		return json_new_null();
	struct json *object = json_new_object();
	json_set_number(object, "yes", (double)reading->claim->observed);
	json_set_number(object, "of", (double)reading->claim->replicates);
	return object;
}

static struct json *evidence_json(const struct claim_reading *reading)
{
	const struct probe_claim *said = reading->said;
	struct json *object = json_new_object();
	json_set_text(object, "probe", reading->source->probe->name);
	json_set_text(object, "run", reading->source->summary ? reading->source->summary->run.id : NULL);
	json_set_text(object, "metric", said->metric);
	json_set_text(object, "observation", said->observation);
	json_set_text(object, "arm", said->arm);
	json_set_text(object, "against", said->against);
	return object;
}

static void set_reading(struct json *object, const struct claim_reading *reading)
{
	char *reason = claim_reading_reason(reading);
	json_set_text(object, "reading", reading->said->reading);
	json_set_text(object, "rule", claim_rule_name(reading->said->rule));
	json_set(object, "claimed", claimed_json(reading->said));
	json_set(object, "measured", measured_json(reading));
	json_set(object, "observed", observed_json(reading));
	json_set_text(object, "verdict", verdict_claim_name(claim_reading_verdict(reading)));
	json_set_text(object, "reason", reason);
	json_set_text(object, "source", reading->said->source);
	json_set(object, "evidence", evidence_json(reading));
	free(reason);
}

static struct json *entry_json(const struct claim_entry *entry)
{
	struct json *object = json_new_object(), *readings = json_new_array();
	json_set_text(object, "id", entry->id);
	json_set_text(object, "section", entry->section);
	json_set_text(object, "says", entry->says);
	set_reading(object, &entry->readings[0]);
	for (size_t i = 1; i < entry->reading_count; i++) {
		struct json *reading = json_new_object();
		set_reading(reading, &entry->readings[i]);
		json_append(readings, reading);
	}
	json_set(object, "readings", readings);
	return object;
}

struct json *claim_sheet_json(const struct claim_sheet *sheet)
{
	struct json *object = json_new_object(), *claims = json_new_array(), *counts = json_new_object();
	for (size_t i = 0; i < sheet->entry_count; i++)
		json_append(claims, entry_json(&sheet->entries[i]));
	for (int i = 0; i < CLAIM_VERDICTS; i++)
		json_set_number(counts, verdict_claim_name((enum verdict_claim)i), (double)sheet->counts[i]);
	json_set_number(object, "schema", SHEET_SCHEMA);
	json_set_bool(object, "provisional", sheet->provisional);
	json_set(object, "claims", claims);
	json_set(object, "counts", counts);
	return object;
}
