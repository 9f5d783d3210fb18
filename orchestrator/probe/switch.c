#include "probe/switch.h"

#include <stdlib.h>
#include <string.h>

/* Which guests do not lose the cause so is said with the reason. */
static int read_limits(const struct rules *rules, struct probe_switch *read)
{
	const struct json *toolchains;
	if (rules_words(rules, "toolchains", &toolchains) || rules_text_optional(rules, "otherwise", &read->otherwise))
		return -1;
	if (!toolchains != !read->otherwise)
		return rules_bad(rules, NULL, "must have both \"toolchains\" and \"otherwise\", or neither");
	read->toolchains = toolchains ? json_copy(toolchains) : NULL;
	return 0;
}

int switch_read(const struct rules *rules, const struct probe *probe, struct probe_switch *read)
{
	static const char *const keys[] = { "cause", "parameter", "value", "how", "toolchains", "otherwise", NULL };
	if (rules_known(rules, keys) || rules_name(rules, "cause", &read->cause)
	    || rules_name(rules, "parameter", &read->key) || rules_text(rules, "value", NULL, &read->value)
	    || rules_text(rules, "how", NULL, &read->how) || read_limits(rules, read))
		return -1;
	if (switch_find(probe, read->cause) != read)
		return rules_bad(rules, "cause", "is \"%s\", which is switched off already above", read->cause);
	if (probe_check_parameter(probe, read->key, read->value, rules->err))
		return err_prefix(rules->err, "%s: %s", rules->file, rules->place);
	return 0;
}

void switch_release(struct probe_switch *held)
{
	free(held->cause);
	free(held->key);
	free(held->value);
	free(held->how);
	free(held->otherwise);
	json_free(held->toolchains);
}

const struct probe_switch *switch_find(const struct probe *probe, const char *cause)
{
	for (size_t i = 0; i < probe->switch_count; i++) {
		if (strcmp(probe->switches[i].cause, cause) == 0)
			return &probe->switches[i];
	}
	return NULL;
}

bool switch_works_with(const struct probe_switch *held, const char *toolchain)
{
	for (const struct json *m = json_first(held->toolchains); m; m = json_next(m)) {
		if (toolchain && strcmp(json_as_text(m, ""), toolchain) == 0)
			return true;
	}
	return !held->toolchains;
}
