#include "probe/evidence.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "probe/manifest.h"

enum { BLOCKS_DEFAULT = 6, BLOCKS_QUICK = 2, BLOCKS_MAX = 1000 };

const char *evidence_mode_name(enum evidence_mode mode)
{
	static const char *const names[] = { "default", "quick", "full" };
	return names[mode];
}

static int read_blocks(const struct rules *rules, const char *key, int fallback, int *out)
{
	double blocks;
	if (rules_positive(rules, key, fallback, &blocks))
		return -1;
	*out = (int)blocks;
	if (blocks == floor(blocks) && blocks <= BLOCKS_MAX)
		return 0;
	return rules_bad(rules, key, "must be a whole number from 1 to %d", BLOCKS_MAX);
}

/* "K=V" of each member, checked like a user's --param. */
static int read_parameters(const struct rules *rules, const struct probe *probe, struct evidence_effort *effort)
{
	const struct json *object;
	if (rules_object(rules, "parameters", &object))
		return -1;
	effort->parameters = mem_alloc_zero(json_length(object) + 1, sizeof(char *));
	for (const struct json *m = json_first(object); m; m = json_next(m)) {
		char *printed = json_print(m, false);
		const char *value = json_as_text(m, printed);
		int result = probe_check_parameter(probe, json_key(m), value, rules->err);
		effort->parameters[effort->parameter_count++] = mem_format("%s=%s", json_key(m), value);
		free(printed);
		if (result)
			return err_prefix(rules->err, "%s: %s.parameters", rules->file, rules->place);
	}
	return 0;
}

/* Who says how many blocks means so many, not up to the base's most. */
static int read_effort(const struct rules *rules, const struct probe *probe, const struct evidence_effort *base,
	struct evidence_effort *effort)
{
	bool says_blocks = rules->object && json_get(rules->object, "blocks");
	if (read_blocks(rules, "blocks", base->blocks, &effort->blocks)
	    || read_blocks(rules, "most_blocks", says_blocks ? effort->blocks : base->most_blocks, &effort->most_blocks)
	    || read_parameters(rules, probe, effort))
		return -1;
	return effort->most_blocks >= effort->blocks ? 0
		: rules_bad(rules, "most_blocks", "must not be less than the blocks");
}

/* "quick" or "full" beneath "evidence". */
static int read_mode(const struct rules *rules, const struct probe *probe, const char *key,
	const struct evidence_effort *base, struct evidence_effort *effort)
{
	static const char *const keys[] = { "blocks", "most_blocks", "parameters", NULL };
	const struct json *object = NULL;
	if (rules->object && rules_object(rules, key, &object))
		return -1;
	char *place = mem_format("%s.%s", rules->place, key);
	struct rules inner = { rules->file, object, place, rules->err };
	int result = (object && rules_known(&inner, keys)) || read_effort(&inner, probe, base, effort) ? -1 : 0;
	free(place);
	return result;
}

int evidence_read(const struct rules *rules, const struct probe *probe, struct probe_evidence *evidence)
{
	static const char *const keys[] = { "blocks", "most_blocks", "parameters", "quick", "full", "determinate", NULL };
	static const struct evidence_effort six = { BLOCKS_DEFAULT, BLOCKS_DEFAULT, NULL, 0 };
	static const struct evidence_effort two = { BLOCKS_QUICK, BLOCKS_QUICK, NULL, 0 };
	struct evidence_effort *modes = evidence->modes;
	const struct json *object;
	if (rules_object(rules, "evidence", &object))
		return -1;
	struct rules inner = { rules->file, object, "evidence", rules->err };
	if ((object && rules_known(&inner, keys)) || read_effort(&inner, probe, &six, &modes[EVIDENCE_DEFAULT]))
		return -1;
	return read_mode(&inner, probe, "quick", &two, &modes[EVIDENCE_QUICK])
		|| read_mode(&inner, probe, "full", &modes[EVIDENCE_DEFAULT], &modes[EVIDENCE_FULL]) ? -1 : 0;
}

void evidence_release(struct probe_evidence *evidence)
{
	for (size_t m = 0; m < EVIDENCE_MODES; m++) {
		for (size_t i = 0; i < evidence->modes[m].parameter_count; i++)
			free(evidence->modes[m].parameters[i]);
		free(evidence->modes[m].parameters);
	}
}
