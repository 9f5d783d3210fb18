#include "probe/added.h"

#include <string.h>

#include "base/mem.h"
#include "probe/arm.h"

bool probe_find_arm(const struct probe *probe, const char *name, size_t *index)
{
	for (*index = 0; *index < probe->arm_count; ++*index) {
		if (strcmp(probe->arms[*index].name, name) == 0)
			return true;
	}
	return false;
}

static int find_guest(const struct probe *probe, struct probe_arm *arm, struct err *err)
{
	if (strcmp(arm->guest, "none") == 0)
		return 0;
	for (size_t i = 0; i < probe->guest_count; i++) {
		if (strcmp(probe->guests[i].name, arm->guest) == 0) {
			arm->guest_index = i;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "arm %s: probe %s has no guest %s", arm->name, probe->name, arm->guest);
}

int probe_add_arm(struct probe *probe, const char *name, struct err *err)
{
	struct probe_arm arm;
	if (arm_parse(name, &arm, err) || find_guest(probe, &arm, err)) {
		arm_release(&arm);
		return -1;
	}
	probe->arms = mem_resize(probe->arms, probe->arm_count + 1, sizeof(*probe->arms));
	probe->arms[probe->arm_count++] = arm;
	return 0;
}

int probe_need_arm(struct probe *probe, const char *name, size_t *index, struct err *err)
{
	if (probe_find_arm(probe, name, index))
		return 0;
	return probe_add_arm(probe, name, err); /* the last one, which *index is */
}
