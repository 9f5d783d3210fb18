#include "probe/foreign.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/arm.h"
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

static bool has_arm(const struct probe *probe, const char *name)
{
	for (size_t i = 0; i < probe->arm_count; i++) {
		if (strcmp(probe->arms[i].name, name) == 0)
			return true;
	}
	return false;
}

static int add_arm(struct probe *probe, const char *name, size_t guest_index, struct err *err)
{
	probe->arms = mem_resize(probe->arms, probe->arm_count + 1, sizeof(*probe->arms));
	struct probe_arm *arm = &probe->arms[probe->arm_count++];
	int result = arm_parse(name, arm, err);
	arm->guest_index = guest_index;
	return result;
}

static int add_arms(struct probe *probe, const char *guest, size_t guest_index, struct err *err)
{
	size_t own = probe->arm_count;
	int result = 0;
	for (size_t i = 0; i < own && !result; i++) {
		char *name = mem_format("%s/%s/%s", guest, probe->arms[i].thread, probe->arms[i].load);
		result = has_arm(probe, name) ? 0 : add_arm(probe, name, guest_index, err);
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
	return add_arms(probe, foreign->name, index, err);
}
