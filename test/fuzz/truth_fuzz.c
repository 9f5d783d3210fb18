/* The truth of planted launches: what is read keeps the promises of trace/truth.h, whatever the bytes. */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "trace/truth.h"

static void look_at(const struct trace_truth *truth, const struct trace_plant *plant, size_t index)
{
	const double offsets_us[TRACE_ROLES] = { 1e9, -5 };
	FUZZ_PROMISE(plant->id >= 0 && plant->kind[0]);
	FUZZ_PROMISE(plant->cause >= 0 && plant->cause < TRACE_CAUSES && trace_plant_holds(plant, plant->cause));
	FUZZ_PROMISE(!trace_plant_holds(plant, TRACE_NO_CAUSE));
	FUZZ_PROMISE(plant->also >> TRACE_CAUSES == 0);
	if (plant->failed)
		FUZZ_PROMISE(isnan(plant->begin_ms) && isnan(plant->end_ms));
	else
		FUZZ_PROMISE(trace_plant_begin_us(plant, offsets_us) <= trace_plant_end_us(plant, offsets_us));
	if (plant->pair != TRACE_PLANT_ALONE)
		FUZZ_PROMISE(plant->pair < truth->count && plant->pair != index && truth->plants[plant->pair].pair == index);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct trace_truth truth;
	struct err err = { 0 };
	char *copy = malloc(length + 1);
	memcpy(copy, bytes, length);
	if (trace_truth_parse(copy, length, &truth, &err)) {
		FUZZ_PROMISE_ERROR(err);
		FUZZ_PROMISE(!truth.root && !truth.plants);
	} else {
		for (size_t i = 0; i < truth.count; i++)
			look_at(&truth, &truth.plants[i], i);
		trace_truth_release(&truth);
	}
	free(copy);
	return 0;
}
