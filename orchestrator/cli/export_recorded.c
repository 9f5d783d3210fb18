#include "cli/export_recorded.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "store/launch.h"
#include "store/parts.h"
#include "trace/convert.h"
#include "trace/file.h"
#include "trace/format.h"

enum { EXPORT_SCHEMA = 1 };

/* What can be asked for. */
struct form {
	const char *as;
	const char *kind;        /* of artefact */
	const char *extension;
	bool as_recorded;        /* of traces: protobuf as the browser wrote it; else JSON */
};

static const struct form *form_named(const char *as)
{
	static const struct form forms[] = {
		{ "trace", "trace", "json", false },
		{ "perfetto", "trace", "pftrace", true },
		{ "cpuprofile", "cpuprofile", "cpuprofile", true },
		{ "heapsnapshot", "heapsnapshot", "heapsnapshot", true },
	};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (strcmp(forms[i].as, as) == 0)
			return &forms[i];
	}
	return NULL;
}

bool export_is_recorded(const char *format)
{
	return form_named(format) != NULL;
}

/* The artefacts that were asked for. */
struct selection {
	struct store_artefact_row *rows;
	size_t row_count;
	struct store_launch *launches;
	size_t launch_count;
	const struct store_artefact_row **chosen;
	size_t count;
	const struct form *form;
};

static bool is_of_traces(const struct selection *selection)
{
	return strcmp(selection->form->kind, "trace") == 0;
}

static void release_selection(struct selection *selection)
{
	store_artefacts_free(selection->rows, selection->row_count);
	store_launches_free(selection->launches, selection->launch_count);
	free(selection->chosen);
}

static const struct store_launch *launch_of(const struct selection *selection, int number)
{
	for (size_t i = 0; i < selection->launch_count; i++) {
		if (selection->launches[i].number == number)
			return &selection->launches[i];
	}
	return NULL;
}

static bool is_protobuf(const struct selection *selection, const struct store_artefact_row *row)
{
	const struct store_launch *launch = launch_of(selection, row->launch);
	const char *format = json_text(json_get(launch ? launch->environment : NULL, "trace"), "format", "");
	return trace_format_named(format) == TRACE_FORMAT_PROTOBUF;
}

/* ---- what there is ---- */

/* Why there is nothing captured: it failed, or the probe does not say so of these arms. */
static int refuse_captures(const struct selection *selection, const struct store_address *address, struct err *err)
{
	const char *kind = selection->form->kind;
	for (size_t i = 0; i < selection->launch_count; i++) {
		const struct store_launch *launch = &selection->launches[i];
		const struct json *capture = json_get(json_get(launch->environment, "captures"), kind);
		const char *failed = json_text(capture, "failed", NULL);
		if (failed && (address->launch < 0 || address->launch == launch->number))
			return err_set(err, ERR_USAGE, "the %s of %s:%d could not be captured: %s", kind, address->run, launch->number,
				failed);
	}
	return err_set(err, ERR_USAGE, "%s has no %s there; the \"captures\" of its probe.json say in which arms one is taken",
		address->run, kind);
}

/* Why there is no trace: the recording failed, or nobody recorded. */
static int refuse(const struct selection *selection, const struct store_address *address, struct err *err)
{
	for (size_t i = 0; i < selection->launch_count; i++) {
		const struct store_launch *launch = &selection->launches[i];
		const char *failed = json_text(json_get(launch->environment, "trace"), "failed", NULL);
		if (launch->traced && failed && (address->launch < 0 || address->launch == launch->number))
			return err_set(err, ERR_USAGE, "%s:%d was traced, but its trace could not be kept: %s", address->run,
				launch->number, failed);
	}
	if (address->launch >= 0)
		return err_set(err, ERR_USAGE, "launch %d of %s has no trace; `wasmograph show %s` lists the traced ones",
			address->launch, address->run, address->run);
	return err_set(err, ERR_USAGE, "%s has no traces; `wasmograph run …` records some unless it is told --trace off", address->run);
}

/* Those that are there, and are not what was asked for. */
static int refuse_json(const struct store_address *address, struct err *err)
{
	return err_set(err, ERR_USAGE, "the traces of %s were recorded as JSON: --as trace gives them; --as perfetto gives "
		"what is recorded without --trace-format json", address->run);
}

static int refuse_all(const struct selection *selection, const struct store_address *address, size_t others, struct err *err)
{
	if (!is_of_traces(selection))
		return refuse_captures(selection, address, err);
	return others ? refuse_json(address, err) : refuse(selection, address, err);
}

static int select_artefacts(struct stored *stored, const struct form *form, struct selection *selection, struct err *err)
{
	const struct store_address *address = &stored->address;
	size_t others = 0;
	*selection = (struct selection){ .form = form };
	if (store_launches(stored->store, address->run, &selection->launches, &selection->launch_count, err)
	    || store_artefacts(stored->store, address->run, &selection->rows, &selection->row_count, err))
		return -1;
	selection->chosen = mem_alloc_zero(selection->row_count + 1, sizeof *selection->chosen);
	for (size_t i = 0; i < selection->row_count; i++) {
		const struct store_artefact_row *row = &selection->rows[i];
		if (strcmp(row->kind, form->kind) != 0 || (address->launch >= 0 && address->launch != row->launch))
			continue;
		if (is_of_traces(selection) && form->as_recorded && !is_protobuf(selection, row))
			others++;
		else
			selection->chosen[selection->count++] = row;
	}
	return selection->count ? 0 : refuse_all(selection, address, others, err);
}

/* ---- one file ---- */

/* What was recorded and nothing else, or nothing is given out. */
static int verify(const char *path, const struct store_artefact_row *row, struct err *err)
{
	char sha256[HASH_HEX_SIZE];
	if (hash_file_hex(path, sha256, err)) {
		if (err->code == ERR_NOT_FOUND) /* the store names it: not the user's mistake */
			err->code = ERR_ENVIRONMENT;
		return err_prefix(err, "the %s of launch %d is gone", row->kind, row->launch);
	}
	if (strcmp(sha256, row->sha256) == 0)
		return 0;
	return err_set(err, ERR_INVALID, "the %s of launch %d was changed after it was recorded: %s has the SHA-256 %s, not "
		"%s", row->kind, row->launch, path, sha256, row->sha256);
}

/* Bytes written, or −1. */
static int64_t decompress(const char *path, FILE *out, const char *name, struct err *err)
{
	struct trace_file *file = trace_file_open(path, err);
	char *chunk = mem_alloc_zero(TRACE_FILE_CHUNK, 1);
	int64_t total = 0;
	ssize_t got = file ? 1 : -1;
	while (got > 0) {
		got = trace_file_read(file, chunk, TRACE_FILE_CHUNK, err);
		if (got > 0 && fwrite(chunk, 1, (size_t)got, out) != (size_t)got)
			got = err_set_errno(err, fs_write_code(errno), errno, "cannot write %s", name);
		total += got > 0 ? got : 0;
	}
	free(chunk);
	trace_file_close(file);
	return got < 0 ? -1 : total;
}

struct converted {
	FILE *out;
	const char *name;
	int64_t bytes;
};

static int write_converted(const char *bytes, size_t length, void *context, struct err *err)
{
	struct converted *converted = context;
	converted->bytes += (int64_t)length;
	if (fwrite(bytes, 1, length, converted->out) == length)
		return 0;
	return err_set_errno(err, fs_write_code(errno), errno, "cannot write %s", converted->name);
}

/* A trace whose end is missing has no JSON that could be read: the original stays to be had. */
static int64_t convert(const char *path, FILE *out, const char *name, struct err *err)
{
	struct converted converted = { out, name, 0 };
	if (trace_convert_file(path, write_converted, &converted, err) == 0)
		return converted.bytes;
	if (err->code == ERR_INVALID)
		err_prefix(err, "%s cannot be converted to JSON (--as perfetto gives it as it is)", path);
	return -1;
}

static int64_t write_stream(const char *stored_path, bool converts, FILE *out, const char *name, struct err *err)
{
	int64_t bytes = converts ? convert(stored_path, out, name, err) : decompress(stored_path, out, name, err);
	if (fflush(out) && bytes >= 0)
		bytes = err_set_errno(err, fs_write_code(errno), errno, "cannot write %s", name);
	return bytes;
}

/* Gives a file its name unless that is taken. */
static int rename_to_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* A file system that cannot do both at once. */
	if (fs_exists(to)) {
		errno = EEXIST;
		return -1;
	}
	return rename(from, to);
}

/* A file is written beside its place and renamed, so that a failed export leaves none. */
static int64_t write_file(const char *stored_path, bool converts, const char *path, struct err *err)
{
	char *partial = mem_format("%s.partial-%d", path, (int)getpid());
	FILE *out = fopen(partial, "wxe");
	int64_t bytes = out ? write_stream(stored_path, converts, out, path, err)
		: err_set_errno(err, fs_write_code(errno), errno, "cannot create %s", partial);
	if (out && fclose(out) && bytes >= 0)
		bytes = err_set_errno(err, fs_write_code(errno), errno, "cannot write %s", path);
	if (bytes >= 0 && rename_to_new(partial, path))
		bytes = err_set_errno(err, fs_write_code(errno), errno, "cannot rename %s to %s", partial, path);
	if (out && bytes < 0)
		unlink(partial);
	free(partial);
	return bytes;
}

/* The arm's name is for people; number and run tell files apart. The caller frees. */
static char *file_name(const char *run, const struct selection *selection, const struct store_artefact_row *row)
{
	char *name = mem_format("%s-%d-%s.%s", run, row->launch, row->arm, selection->form->extension);
	for (char *at = name; *at; at++) {
		if (!isalnum((unsigned char)*at) && !strchr("._-", *at))
			*at = *at == '/' ? '.' : '-';
	}
	return name;
}

/* ---- all of them ---- */

static void tell(struct log *log, const char *path, const struct store_artefact_row *row, int64_t bytes,
	const char *lost)
{
	bool small = bytes < 1000 * 1000;
	log_note(log, "%s: launch %d, %s, %.1f %s, %s%s", path, row->launch, row->arm, (double)bytes / (small ? 1e3 : 1e6),
		small ? "kB" : "MB", row->lossy ? "lossy: " : "whole", row->lossy ? lost : "");
}

static struct json *file_json(const char *path, const struct store_artefact_row *row, int64_t bytes, const char *lost)
{
	struct json *object = json_new_object();
	json_set_text(object, "path", path);
	json_set_number(object, "launch", row->launch);
	json_set_text(object, "arm", row->arm);
	json_set_number(object, "bytes", (double)bytes);
	json_set_text(object, "stored_sha256", row->sha256);
	json_set_bool(object, "lossy", row->lossy);
	json_set_text(object, "lost", row->lossy ? lost : NULL);
	return object;
}

/* One into the folder; NULL folder: to standard output. */
static int export_one(struct stored *stored, const struct selection *selection, const struct store_artefact_row *row,
	const char *folder, struct log *log, struct json *list, struct err *err)
{
	const struct store_launch *launch = launch_of(selection, row->launch);
	const char *lost = json_text(json_get(launch ? launch->environment : NULL, "trace"), "lost", "what is missing was not told");
	char *stored_path = fs_join(store_folder(stored->store), row->path);
	char *name = file_name(stored->address.run, selection, row), *path = folder ? fs_join(folder, name) : mem_strdup("standard output");
	bool converts = !selection->form->as_recorded && is_protobuf(selection, row);
	int64_t bytes = verify(stored_path, row, err);
	if (!bytes)
		bytes = folder ? write_file(stored_path, converts, path, err)
			: write_stream(stored_path, converts, stdout, path, err);
	if (bytes >= 0) {
		tell(log, path, row, bytes, lost);
		json_append(list, file_json(path, row, bytes, lost));
	}
	free(stored_path);
	free(name);
	free(path);
	return bytes < 0 ? -1 : 0;
}

/* Before anything is written: all names are free. */
static int check_names(struct stored *stored, const struct selection *selection, const char *folder, struct err *err)
{
	int result = 0;
	for (size_t i = 0; i < selection->count && !result; i++) {
		char *name = file_name(stored->address.run, selection, selection->chosen[i]), *path = fs_join(folder, name);
		struct stat info;
		if (lstat(path, &info) == 0)
			result = err_set(err, ERR_USAGE, "%s is there already and is not replaced: remove it, or name another folder "
				"with -o", path);
		free(name);
		free(path);
	}
	return result;
}

static int check_folder(struct stored *stored, const struct selection *selection, const char *folder, struct err *err)
{
	const char *ending = strrchr(folder, '.');
	if (fs_exists(folder) && !fs_is_folder(folder))
		return err_set(err, ERR_USAGE, "-o %s: what was recorded is written into a folder, and this is none; `-o -` "
			"writes that of one launch to standard output", folder);
	if (ending && (strcmp(ending, ".json") == 0 || strcmp(ending, ".pftrace") == 0) && !fs_exists(folder))
		return err_set(err, ERR_USAGE, "-o %s: what was recorded is written into a folder, under names of their own; for "
			"a file, use `-o - >%s` with the address of one launch", folder, folder);
	return check_names(stored, selection, folder, err) || fs_make_folders(folder, 0755, err) ? -1 : 0;
}

static int export_all(struct stored *stored, const struct selection *selection, const struct cli_common *common,
	const char *folder, struct err *err)
{
	struct log log;
	struct json *document = json_new_object(), *list = json_new_array();
	int result = 0;
	log_init(&log, common->quiet);
	for (size_t i = 0; i < selection->count && !result; i++)
		result = export_one(stored, selection, selection->chosen[i], folder, &log, list, err);
	json_set_number(document, "schema", EXPORT_SCHEMA);
	json_set_text(document, "run", stored->address.run);
	char *key = mem_format("%ss", selection->form->kind);
	json_set(document, key, list);
	free(key);
	if (common->json && folder && !result)
		cli_print_json(stdout, document);
	else
		json_free(document);
	return result;
}

int export_recorded(struct stored *stored, const struct cli_common *common, const char *folder, const char *format,
	struct err *err)
{
	struct selection selection;
	bool to_stdout = !folder || strcmp(folder, "-") == 0;
	int result = select_artefacts(stored, form_named(format), &selection, err);
	if (!result && to_stdout && selection.count > 1)
		result = err_set(err, ERR_USAGE, "%s has %zu %ss: give a folder for them with -o DIR, or the address of one "
			"launch", stored->address.run, selection.count, selection.form->kind);
	if (!result && !to_stdout)
		result = check_folder(stored, &selection, folder, err);
	if (!result)
		result = export_all(stored, &selection, common, to_stdout ? NULL : folder, err);
	release_selection(&selection);
	return result;
}
