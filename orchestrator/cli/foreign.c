#include "cli/foreign.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "guest/foreign.h"
#include "probe/foreign.h"
#include "probe/rules.h"

/* "mine.wasm" is named mine. */
static char *name_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *last = slash ? slash + 1 : file, *dot = strrchr(last, '.');
	return dot ? mem_strndup(last, (size_t)(dot - last)) : mem_strdup(last);
}

/* What stands before the first '=' is a name only if it can be one: a file's name may hold a '='. */
static char *take_apart(const char *text, const char **file)
{
	const char *equals = strchr(text, '=');
	char *name = equals ? mem_strndup(text, (size_t)(equals - text)) : NULL;
	if (name && rules_is_name(name)) {
		*file = equals + 1;
		return name;
	}
	free(name);
	*file = text;
	return name_of(text);
}

static char *absolute(const char *path)
{
	char *resolved = path ? realpath(path, NULL) : NULL;
	return path && !resolved ? mem_strdup(path) : resolved; /* one that is missing is told by its name */
}

static int add(struct probe *probe, const struct toolchain *toolchain, const char *text,
	const char *glue, struct err *err)
{
	const char *given;
	char *name = take_apart(text, &given), *file = absolute(given), *glue_file = absolute(glue);
	struct probe_foreign foreign = { name, toolchain->name, file, glue_file };
	int result = foreign_check(toolchain, file, glue_file, err)
		|| probe_add_foreign(probe, &foreign, err) ? -1 : 0;
	free(name);
	free(file);
	free(glue_file);
	return result;
}

int foreign_add(struct probe *probe, const char *data_root, const struct foreign_options *options,
	struct err *err)
{
	if (!options->guests.count && (options->glue || options->toolchain))
		return err_set(err, ERR_USAGE, "%s is for a guest given with --guest, and there is none",
			options->glue ? "--glue" : "--toolchain");
	if (!options->guests.count)
		return 0;
	struct toolchain *toolchain = toolchain_load(data_root,
		options->toolchain ? options->toolchain : "wasm", err);
	int result = toolchain ? 0 : -1;
	for (size_t i = 0; i < options->guests.count && !result; i++)
		result = add(probe, toolchain, options->guests.items[i], options->glue, err);
	toolchain_free(toolchain);
	return result;
}
