#include "probe/foreign.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/added.h"
#include "probe/rules.h"

static int check_name(const struct probe *probe, const char *name, struct err *err)
{
	if (!rules_is_name(name) || strcmp(name, "none") == 0)
		return err_set(err, ERR_USAGE, "\"%s\" cannot be a guest's name (letters, digits, '_', '-' and '.', "
			"first a letter, and not none): say --guest NAME=FILE", name);
	for (size_t i = 0; i < probe->guest_count; i++) {
		if (strcmp(probe->guests[i].name, name) == 0)
			return err_set(err, ERR_USAGE, "probe %s has a guest named %s already: say --guest NAME=FILE with "
				"another name", probe->name, name);
	}
	return 0;
}

static int add_arms(struct probe *probe, const char *guest, struct err *err)
{
	size_t own = probe->arm_count;
	int result = 0;
	for (size_t i = 0; i < own && !result; i++) {
		size_t index;
		char *name = mem_format("%s/%s/%s", guest, probe->arms[i].thread, probe->arms[i].load);
		result = probe_need_arm(probe, name, &index, err);
		free(name);
	}
	return result;
}

int probe_add_foreign(struct probe *probe, const struct probe_foreign *foreign, struct err *err)
{
	if (check_name(probe, foreign->name, err))
		return -1;
	size_t index = probe->guest_count++;
	probe->guests = mem_resize(probe->guests, probe->guest_count, sizeof(*probe->guests));
	probe->guests[index] = (struct probe_guest){ .name = mem_strdup(foreign->name),
		.toolchain = mem_strdup(foreign->toolchain), .file = mem_strdup(foreign->file),
		.glue = mem_strdup(foreign->glue) };
	return add_arms(probe, foreign->name, err);
}
