#include "run/guests.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "guest/foreign.h"
#include "guest/kept.h"
#include "guest/record.h"

static const size_t NO_GUEST = (size_t)-1;

static int store_build(struct guest_build *build, struct store *store, struct err *err)
{
	if (!store)
		return 0;
	if (!build->failed && guest_build_keep(build, store_folder(store), err))
		return -1;
	return store_build_put(store, build->id, build->failed, build->record, err);
}

/* The line of a compiler's stderr that says most: the first that is not a "# package" header. */
static const char *first_error(const char *errors, char *out, size_t size)
{
	while (*errors == '#' && strchr(errors, '\n'))
		errors = strchr(errors, '\n') + 1;
	size_t length = strcspn(errors, "\n");
	if (length >= size)
		length = size - 1;
	memcpy(out, errors, length);
	out[length] = '\0';
	return out;
}

static void tell(const struct probe *probe, const struct probe_guest *guest, const struct guest_build *build,
	struct log *log)
{
	char line[300];
	if (build->failed && guest->expect_failure)
		log_note(log, "guest %s of probe %s does not build, as expected: %s", build->name, probe->name,
			first_error(json_text(build->record, "stderr", ""), line, sizeof(line)));
	else if (build->failed)
		log_error(log, "guest %s of probe %s does not build: %s (all of it: %s/build.json)", build->name,
			probe->name, first_error(json_text(build->record, "stderr", ""), line, sizeof(line)),
			build->folder);
	else if (!build->cached)
		log_note(log, "built guest %s of probe %s (%.0f bytes)", build->name, probe->name,
			json_number(json_get(record_shipped(build->record), "bytes"), "raw", 0));
	const char *warning = json_text(build->record, "instrument_warning", NULL);
	if (warning)
		log_note(log, "guest %s of probe %s: %s", build->name, probe->name, warning);
}

/* A guest from elsewhere is taken as it is; nothing of its toolchain needs to be installed. */
static struct toolchain *load_toolchain(const char *data_root, const struct probe_guest *guest,
	struct err *err)
{
	struct toolchain *toolchain = toolchain_load(data_root, guest->toolchain, err);
	if (!toolchain || !guest->file)
		return toolchain;
	struct toolchain *foreign = foreign_toolchain(toolchain, guest->glue);
	toolchain_free(toolchain);
	return foreign;
}

static int make_guest(struct guest_set *set, size_t index, const char *data_root,
	const struct probe *probe, const char *kept, struct store *store, struct log *log, struct err *err)
{
	const struct probe_guest *guest = &probe->guests[index];
	set->toolchains[index] = load_toolchain(data_root, guest, err);
	if (!set->toolchains[index])
		return -1;
	if (kept)
		return guest_kept_open(store_folder(store), kept, guest->name, &set->builds[index], err);
	char *folder = guest->file ? mem_strdup(guest->file) : fs_join(probe->folder, guest->source);
	struct guest_source source = { .data_root = data_root, .name = guest->name,
		.folder = folder, .options = guest->options };
	struct guest_build *build = &set->builds[index];
	log_progress(log, "guest %s of probe %s", guest->name, probe->name);
	int result = guest_build(set->toolchains[index], &source, build, err);
	free(folder);
	if (result)
		return err_prefix(err, "guest %s of probe %s", guest->name, probe->name);
	tell(probe, guest, build, log);
	return store_build(build, store, err);
}

int guest_set_make(struct guest_set *set, const char *data_root, const struct probe *probe,
	const size_t *arms, size_t arm_count, const char *const *kept_builds, struct store *store, struct log *log,
	struct err *err)
{
	*set = (struct guest_set){ .count = probe->guest_count };
	set->toolchains = mem_alloc_zero(set->count + 1, sizeof(*set->toolchains));
	set->builds = mem_alloc_zero(set->count + 1, sizeof(*set->builds));
	for (size_t i = 0; i < arm_count; i++) {
		size_t index = probe->arms[arms[i]].guest_index;
		if (index == NO_GUEST || set->toolchains[index])
			continue;
		if (make_guest(set, index, data_root, probe, kept_builds ? kept_builds[index] : NULL, store, log, err)) {
			guest_set_release(set);
			return -1;
		}
	}
	return 0;
}

void guest_set_release(struct guest_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		if (!set->toolchains[i])
			continue;
		toolchain_free(set->toolchains[i]);
		guest_build_release(&set->builds[i]);
	}
	free(set->toolchains);
	free(set->builds);
	*set = (struct guest_set){ 0 };
}

const struct guest_build *guest_set_build(const struct guest_set *set,
	const struct probe_arm *arm)
{
	return arm->guest_index == NO_GUEST ? NULL : &set->builds[arm->guest_index];
}

const struct toolchain *guest_set_toolchain(const struct guest_set *set,
	const struct probe_arm *arm)
{
	return arm->guest_index == NO_GUEST ? NULL : set->toolchains[arm->guest_index];
}
