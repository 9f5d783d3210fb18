#include "guest/record.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/hash.h"
#include "guest/compress.h"
#include "guest/wasm.h"

enum { OUTPUT_CEILING = 1 << 30 };

/* What later steps fill in stands there as null from the beginning: readers need not tell absent from
 * unknown. */
static void set_unknown(struct json *record)
{
	static const char *const keys[] = { "exit_status", "output", "glue", "sha256", "glue_sha256",
		"bytes", "wasm", "instrument", "compiled" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_set(record, keys[i], json_new_null());
}

struct json *record_new(const struct recipe *recipe, const char *guest, const char *inputs,
	struct err *err)
{
	const struct json *template = json_get(recipe->toolchain->root, "command");
	bool none = !template || json_type(template) == JSON_NULL;
	struct json *command = none ? json_new_null() : recipe_command(recipe, NULL, err);
	struct json *environment = recipe_environment(recipe, NULL, err);
	if (!command || !environment) {
		json_free(command);
		json_free(environment);
		return NULL;
	}
	struct json *record = json_new_object();
	json_set_number(record, "schema", 1);
	json_set_text(record, "id", inputs);
	json_set_text(record, "inputs", inputs);
	json_set_text(record, "guest", guest);
	json_set_text(record, "toolchain", recipe->toolchain->name);
	json_set_text(record, "start", recipe->toolchain->start);
	json_set(record, "command", command);
	json_set(record, "environment", environment);
	json_set(record, "options", json_copy(recipe->options));
	json_set(record, "versions", json_copy(recipe->versions));
	json_set(record, "files", json_copy(recipe->files));
	json_set_number(record, "signal", 0);
	json_set_bool(record, "timed_out", false);
	json_set_text(record, "stderr", "");
	json_set_number(record, "duration_ms", 0);
	json_set(record, "reports", json_new_object());
	set_unknown(record);
	return record;
}

void record_set_end(struct json *record, const struct command *command, bool timed_out)
{
	if (!command) {
		json_set_number(record, "exit_status", 0);
		return;
	}
	if (command->exit_code >= 0 && !timed_out)
		json_set_number(record, "exit_status", command->exit_code);
	json_set_number(record, "signal", command->signal);
	json_set_bool(record, "timed_out", timed_out);
	json_set_text(record, "stderr", command->errors.data ? command->errors.data : "");
	json_set_number(record, "duration_ms", (double)command->duration_us / 1000);
}

/* Name, hash and sizes of a file's bytes, into `object`. */
static void set_file(struct json *object, const char *path, const struct buf *bytes)
{
	char sha256[HASH_HEX_SIZE];
	struct json *sizes = json_new_object();
	hash_bytes_hex(bytes->data, bytes->length, sha256);
	json_set_number(sizes, "raw", (double)bytes->length);
	json_set_number(sizes, "gzip", (double)compress_gzip_size(bytes->data, bytes->length));
	json_set_number(sizes, "brotli", (double)compress_brotli_size(bytes->data, bytes->length));
	json_set_text(object, "output", strrchr(path, '/') + 1);
	json_set_text(object, "sha256", sha256);
	json_set(object, "bytes", sizes);
}

/* A module that we cannot read may still run: the browser is the judge of that. */
static void set_structure(struct json *record, const struct buf *bytes)
{
	struct err err = { 0 };
	struct json *structure = wasm_describe(bytes->data, bytes->length, &err);
	if (structure)
		json_set(record, "wasm", structure);
	else
		json_set_text(record, "wasm_error", err.text);
}

int record_set_output(struct json *record, const char *path, struct err *err)
{
	struct buf bytes;
	const char *dot = strrchr(path, '.');
	int result = fs_read(path, OUTPUT_CEILING, &bytes, err);
	if (!result) {
		set_file(record, path, &bytes);
		json_set_text(record, "id", json_text(record, "sha256", ""));
		if (dot && strcmp(dot, ".wasm") == 0)
			set_structure(record, &bytes);
	}
	buf_release(&bytes);
	return result;
}

int record_set_compiled(struct json *record, const char *path, struct err *err)
{
	struct buf bytes;
	int result = fs_read(path, OUTPUT_CEILING, &bytes, err);
	if (!result) {
		struct json *compiled = json_new_object();
		set_file(compiled, path, &bytes);
		json_set(record, "compiled", compiled);
	}
	buf_release(&bytes);
	return result;
}

const struct json *record_shipped(const struct json *record)
{
	const struct json *compiled = json_get(record, "compiled");
	return compiled && json_type(compiled) == JSON_OBJECT ? compiled : record;
}
