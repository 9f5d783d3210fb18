#include "probe/captures.h"

#include <stdlib.h>

#include "base/mem.h"
#include "probe/arm.h"

static const char *const kind_names[] = { "trace", "cpuprofile", "heapsnapshot", NULL };

const char *captures_kind_name(enum probe_capture_kind kind)
{
	return kind_names[kind];
}

static int read_words(const struct rules *rules, const char *key, struct json **out)
{
	const struct json *words;
	if (rules_words(rules, key, &words))
		return -1;
	*out = words ? json_copy(words) : NULL;
	return 0;
}

static int read_one(const struct rules *rules, struct probe_captures *captures)
{
	static const char *const keys[] = { "kind", "arms", "categories", NULL };
	struct probe_capture *capture = &captures->list[captures->count++];
	int kind;
	if (rules_known(rules, keys) || rules_choice(rules, "kind", kind_names, -1, &kind)
	    || read_words(rules, "arms", &capture->arms) || read_words(rules, "categories", &capture->categories))
		return -1;
	capture->kind = (enum probe_capture_kind)kind;
	if (capture->categories && capture->kind != PROBE_CAPTURE_TRACE)
		return rules_bad(rules, "categories", "are of traces alone");
	for (size_t i = 0; i + 1 < captures->count; i++) {
		if (captures->list[i].kind == capture->kind)
			return rules_bad(rules, "kind", "is \"%s\", which is there already", kind_names[kind]);
	}
	return 0;
}

/* Each element counts itself before it is read, so that a half-read one is released too. */
int captures_read(const struct rules *top, const struct json *list, struct probe_captures *captures)
{
	size_t index = 0;
	captures->list = mem_alloc_zero(json_length(list) + 1, sizeof(*captures->list));
	for (const struct json *m = json_first(list); m; m = json_next(m), index++) {
		char *place = mem_format("captures[%zu]", index);
		struct rules rules = { top->file, m, place, top->err };
		int result = read_one(&rules, captures);
		free(place);
		if (result)
			return -1;
	}
	return 0;
}

void captures_release(struct probe_captures *captures)
{
	for (size_t i = 0; i < captures->count; i++) {
		json_free(captures->list[i].arms);
		json_free(captures->list[i].categories);
	}
	free(captures->list);
}

static bool is_of(const struct probe_capture *capture, const char *arm)
{
	if (!capture->arms)
		return true;
	for (const struct json *m = json_first(capture->arms); m; m = json_next(m)) {
		if (arm_matches(json_as_text(m, ""), arm))
			return true;
	}
	return false;
}

const struct probe_capture *captures_find(const struct probe_captures *captures, enum probe_capture_kind kind,
	const char *arm)
{
	for (size_t i = 0; i < captures->count; i++) {
		if (captures->list[i].kind == kind && is_of(&captures->list[i], arm))
			return &captures->list[i];
	}
	return NULL;
}

bool captures_any(const struct probe_captures *captures, const char *arm)
{
	for (int kind = 0; kind < PROBE_CAPTURE_KINDS; kind++) {
		if (captures_find(captures, (enum probe_capture_kind)kind, arm))
			return true;
	}
	return false;
}
