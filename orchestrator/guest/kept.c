#include "guest/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"

enum { RECORD_CEILING = 64 << 20 };

static char *path_of(const struct guest_build *build, const struct json *object, const char *key)
{
	const char *name = json_text(object, key, NULL);
	return name ? fs_join(build->folder, name) : NULL;
}

static int check_bytes(const char *path, const char *sha256, struct err *err)
{
	char now[HASH_HEX_SIZE];
	if (hash_file_hex(path, now, err))
		return -1;
	if (sha256 && strcmp(now, sha256) == 0)
		return 0;
	return err_set(err, ERR_INVALID, "%s is not what was measured: its SHA-256 is %s, and was %s", path, now,
		sha256 ? sha256 : "not stored");
}

/* `err` has what is wrong with the files; in front of it stands what that means. */
static int explain(const struct guest_build *build, struct err *err)
{
	return err_prefix(err, "guest %s cannot be had again as it was measured (build %.12s…), and is not built anew, which "
		"would be another program", build->name, build->id);
}

static int take_files(struct guest_build *build, struct err *err)
{
	build->output = path_of(build, build->record, "output");
	build->compiled = path_of(build, json_get(build->record, "compiled"), "output");
	build->glue = path_of(build, build->record, "glue");
	if (!build->output)
		return err_set(err, ERR_NOT_FOUND, "it has no output");
	if (check_bytes(build->output, build->id, err))
		return -1;
	return build->glue ? check_bytes(build->glue, json_text(build->record, "glue_sha256", NULL), err) : 0;
}

static int read_record(struct guest_build *build, struct err *err)
{
	char *path = fs_join(build->folder, "build.json");
	build->record = json_parse_file(path, RECORD_CEILING, err);
	free(path);
	if (!build->record)
		return -1;
	build->toolchain = mem_strdup(json_text(build->record, "toolchain", ""));
	build->start = mem_strdup(json_text(build->record, "start", ""));
	strncpy(build->inputs, json_text(build->record, "inputs", ""), sizeof build->inputs - 1);
	json_set_text(build->record, "guest", build->name); /* the same build may go by several names */
	return 0;
}

int guest_kept_open(const char *results, const char *id, const char *name, struct guest_build *build, struct err *err)
{
	*build = (struct guest_build){ .name = mem_strdup(name), .cached = true };
	strncpy(build->id, id, sizeof build->id - 1);
	build->folder = fs_join3(results, "builds", build->id);
	if (read_record(build, err) == 0 && take_files(build, err) == 0)
		return 0;
	explain(build, err);
	guest_build_release(build);
	return -1;
}
