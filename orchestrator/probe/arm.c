#include "probe/arm.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "probe/rules.h"

enum { LIST_MAX = 1 << 16 };

static int bad(const char *name, struct err *err, const char *why)
{
	return err_set(err, ERR_USAGE, "\"%s\" %s: an arm is guest/thread/load[,key=value…], "
		"like \"gc/worker/churn,GOGC=off\"", name, why);
}

/* Copies up to one of `stops` (or the end) and leaves *at there. */
static char *take(const char **at, const char *stops)
{
	size_t length = strcspn(*at, stops);
	char *part = mem_strndup(*at, length);
	*at += length;
	return part;
}

/* Values stand in names that globs select and files and tables show. */
static bool is_value(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++) {
		if (!isalnum((unsigned char)*text) && !strchr("_-.+:", *text))
			return false;
	}
	return true;
}

static int take_setting(const char **at, struct probe_arm *arm, struct err *err)
{
	++*at;
	struct probe_setting setting = { .key = take(at, "=,") };
	setting.value = **at == '=' ? (++*at, take(at, ",")) : mem_strdup("");
	arm->settings = mem_resize(arm->settings, arm->setting_count + 1, sizeof(setting));
	arm->settings[arm->setting_count++] = setting;
	if (!rules_is_name(setting.key) || !is_value(setting.value))
		return bad(arm->name, err, "has a setting that is not key=value "
			"(values hold letters, digits and _ - . + : only)");
	for (size_t i = 0; i + 1 < arm->setting_count; i++) {
		if (strcmp(arm->settings[i].key, setting.key) == 0)
			return bad(arm->name, err, "sets a key twice");
	}
	return 0;
}

static int check_parts(const struct probe_arm *arm, struct err *err)
{
	if (!rules_is_name(arm->guest))
		return bad(arm->name, err, "has no proper guest name");
	if (strcmp(arm->thread, "worker") != 0 && strcmp(arm->thread, "main") != 0)
		return bad(arm->name, err, "names a thread that is neither worker nor main");
	if (!rules_is_name(arm->load))
		return bad(arm->name, err, "has no proper load name");
	return 0;
}

int arm_parse(const char *name, struct probe_arm *arm, struct err *err)
{
	const char *at = name;
	*arm = (struct probe_arm){ .name = mem_strdup(name), .guest_index = (size_t)-1 };
	arm->guest = take(&at, "/,");
	if (*at == '/')
		at++;
	arm->thread = take(&at, "/,");
	if (*at == '/')
		at++;
	arm->load = take(&at, ",");
	if (check_parts(arm, err))
		return -1;
	while (*at == ',') {
		if (take_setting(&at, arm, err))
			return -1;
	}
	return 0;
}

void arm_release(struct probe_arm *arm)
{
	free(arm->name);
	free(arm->guest);
	free(arm->thread);
	free(arm->load);
	for (size_t i = 0; i < arm->setting_count; i++) {
		free(arm->settings[i].key);
		free(arm->settings[i].value);
	}
	free(arm->settings);
	*arm = (struct probe_arm){ 0 };
}

bool arm_matches(const char *glob, const char *name)
{
	return fnmatch(glob, name, FNM_PATHNAME) == 0;
}

static bool any_arm_matches(const struct probe *probe, const char *glob)
{
	for (size_t i = 0; i < probe->arm_count; i++) {
		if (arm_matches(glob, probe->arms[i].name))
			return true;
	}
	return false;
}

static bool any_glob_matches(const char *const *globs, size_t glob_count, const char *name)
{
	for (size_t i = 0; i < glob_count; i++) {
		if (arm_matches(globs[i], name))
			return true;
	}
	return false;
}

static int no_match(const struct probe *probe, const char *glob, struct err *err)
{
	struct buf arms;
	buf_init(&arms, LIST_MAX);
	for (size_t i = 0; i < probe->arm_count; i++)
		buf_append_format(&arms, "%s %s", i ? "," : "", probe->arms[i].name);
	int result = err_set(err, ERR_USAGE, "No arm of probe %s matches \"%s\"; its arms are%s.",
		probe->name, glob, arms.data);
	buf_release(&arms);
	return result;
}

int probe_select_arms(const struct probe *probe, const char *const *globs, size_t glob_count,
	size_t *selected, size_t *count, struct err *err)
{
	*count = 0;
	for (size_t i = 0; i < glob_count; i++) {
		if (!any_arm_matches(probe, globs[i]))
			return no_match(probe, globs[i], err);
	}
	for (size_t i = 0; i < probe->arm_count; i++) {
		if (glob_count == 0 || any_glob_matches(globs, glob_count, probe->arms[i].name))
			selected[(*count)++] = i;
	}
	return 0;
}

bool arm_is_on_main(const char *name)
{
	const char *thread = strchr(name, '/');
	return thread && strncmp(thread, "/main/", strlen("/main/")) == 0;
}
