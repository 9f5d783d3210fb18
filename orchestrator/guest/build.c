#include "guest/build.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "guest/cache.h"
#include "guest/inputs.h"
#include "guest/instrumented.h"
#include "guest/recipe.h"
#include "guest/record.h"
#include "guest/reports.h"
#include "guest/words.h"
#include "host/command.h"

enum { GLUE_HASH_SHOWN = 12 };

/* One call of guest_build(): what its steps share. */
struct job {
	const struct guest_source *source;
	const struct toolchain *toolchain;
	struct recipe recipe;
	struct inputs inputs;
	char key[HASH_HEX_SIZE];
	char *cache;
	int lock;
	char *folder;            /* where it is built, until published */
	char *place;             /* what {source} is: the copied folder, or file, in it */
	struct json *record;
};

static int make_key(const struct job *job, const struct inputs *inputs, char key[HASH_HEX_SIZE],
	struct err *err)
{
	struct hash_stream *stream = hash_stream_new();
	hash_stream_add_text(stream, "guest build 4");
	int result = recipe_key(&job->recipe, stream, err);
	if (!result)
		result = inputs_hash(inputs, stream, err);
	hash_stream_end(stream, key);
	return result;
}

/* Sources are copied and the copy is hashed: an editor may save while the compiler reads. */
static int copy_sources(struct job *job, struct err *err)
{
	struct inputs copy = job->inputs;
	char key[HASH_HEX_SIZE];
	copy.folder = fs_join(job->folder, "source");
	bool file = !fs_is_folder(job->source->folder);
	job->place = file ? fs_join(copy.folder, job->inputs.paths[0]) : mem_strdup(copy.folder);
	int result = fs_make_folders(copy.folder, 0755, err) || inputs_copy(&job->inputs, copy.folder, err)
		|| make_key(job, &copy, key, err) ? -1 : 0;
	if (!result && strcmp(key, job->key) != 0)
		result = err_set(err, ERR_IO, "%s changed while it was read: build it again",
			job->source->folder);
	free(copy.folder);
	return result;
}

/* The compiler's own scratch files go where they vanish with the build. */
static struct json *build_environment(const struct job *job, const struct recipe_places *places,
	const char *scratch, struct err *err)
{
	static const char *const ours[] = { "TMPDIR", "HOME" };
	struct json *environment = recipe_environment(&job->recipe, places, err);
	for (size_t i = 0; environment && i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (!json_get(environment, ours[i]))
			json_set_text(environment, ours[i], scratch);
	}
	if (environment && !json_get(environment, "LC_ALL"))
		json_set_text(environment, "LC_ALL", "C");
	return environment;
}

/* A full disk says nothing of the sources. Compilers print the system's text in either case. */
static bool met_full_disk(const struct command *command)
{
	return command->errors.data && command->exit_code != 0
	    && (strstr(command->errors.data, "no space left on device")
	        || strstr(command->errors.data, "No space left on device"));
}

static int run_compiler(struct job *job, const struct words *argv, const struct words *environment,
	struct err *err)
{
	char *folder = fs_join(job->folder, "source");
	struct err problem = { 0 };
	struct command command = { .argv = words_array(argv), .environment = words_array(environment),
		.folder = folder, .deadline_us = (int64_t)(job->toolchain->deadline_s * 1e6) };
	int result = command_run(&command, &problem);
	bool timed_out = result && problem.code == ERR_TIMEOUT;
	if (result && !timed_out)
		err_set(err, problem.code, "%s", problem.text);
	else if (met_full_disk(&command))
		result = err_set(err, ERR_NO_SPACE, "the disk is full: %s could not write", command.argv[0]);
	else {
		record_set_end(job->record, &command, timed_out);
		result = 0;
	}
	command_release(&command);
	free(folder);
	return result;
}

static int run_reports(struct job *job, const struct recipe_places *places,
	const struct words *environment, struct err *err)
{
	char *folder = fs_join(job->folder, "source");
	const struct reports_place place = { places, environment, folder };
	struct json *reports = reports_run(&job->recipe, &place, err);
	free(folder);
	if (!reports)
		return -1;
	json_set(job->record, "reports", reports);
	return 0;
}

static int compile(struct job *job, const char *output, struct err *err)
{
	struct recipe_places places = { job->place, output };
	char *scratch = fs_join(job->folder, "scratch");
	struct json *command = recipe_command(&job->recipe, &places, err);
	struct json *environment = build_environment(job, &places, scratch, err);
	struct words *argv = words_of_list(command), *env = words_of_object(environment);
	int result = command && environment && fs_make_folders(scratch, 0700, err) == 0 ? 0 : -1;
	if (!result)
		result = run_compiler(job, argv, env, err) || run_reports(job, &places, env, err) ? -1 : 0;
	words_free(argv);
	words_free(env);
	json_free(command);
	json_free(environment);
	free(scratch);
	return result;
}

static int take_source(struct job *job, const char *output, struct err *err)
{
	if (fs_is_folder(job->source->folder))
		return err_set(err, ERR_USAGE, "toolchain %s takes one file as it is, and %s is a folder",
			job->toolchain->name, job->source->folder);
	record_set_end(job->record, NULL, false);
	return fs_copy(job->place, output, 0644, err);
}

/* The glue is named by its hash, as one output may meet two of them. */
static int take_glue(struct job *job, struct err *err)
{
	if (!job->recipe.glue)
		return 0;
	char *name = mem_format("glue-%.*s.js", GLUE_HASH_SHOWN, job->recipe.glue_sha256);
	char *path = fs_join(job->folder, name);
	int result = fs_copy(job->recipe.glue, path, 0644, err);
	json_set_text(job->record, "glue", name);
	json_set_text(job->record, "glue_sha256", job->recipe.glue_sha256);
	free(name);
	free(path);
	return result;
}

static bool has_bytes(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
}

static int take_output(struct job *job, const char *output, struct err *err)
{
	if (json_number(job->record, "exit_status", -1) != 0)
		return fs_remove_tree(output, err); /* half an output is none */
	if (!has_bytes(output)) {
		json_set_text(job->record, "stderr",
			"The command ended with status 0 and wrote no output.");
		return 0;
	}
	return chmod(output, 0644) ? err_set(err, ERR_IO, "cannot change the mode of %s", output)
		: instrumented_make(&job->recipe, output, job->record, err)
			|| record_set_output(job->record, output, err) || take_glue(job, err) ? -1 : 0;
}

static int remove_inside(const char *folder, const char *name, struct err *err)
{
	char *path = fs_join(folder, name);
	int result = fs_remove_tree(path, err);
	free(path);
	return result;
}

static int write_record(const struct job *job, struct err *err)
{
	char *text = json_print(job->record, true);
	char *path = fs_join(job->folder, "build.json");
	int result = fs_write_atomic(path, text, strlen(text), 0644, err);
	free(text);
	free(path);
	return result;
}

static int build_in_folder(struct job *job, struct err *err)
{
	char *output = fs_join(job->folder, job->toolchain->output);
	const struct json *command = json_get(job->toolchain->root, "command");
	bool none = !command || json_type(command) == JSON_NULL;
	int result = copy_sources(job, err);
	if (!result)
		result = none ? take_source(job, output, err) : compile(job, output, err);
	if (!result)
		result = take_output(job, output, err);
	free(output);
	if (result || remove_inside(job->folder, "source", err)
	    || remove_inside(job->folder, "scratch", err) || write_record(job, err))
		return -1;
	return cache_publish(job->cache, job->folder, job->key, err);
}

static int build_now(struct job *job, struct err *err)
{
	job->record = record_new(&job->recipe, job->source->name, job->key, err);
	job->folder = job->record ? cache_begin(job->cache, err) : NULL;
	int result = job->folder ? build_in_folder(job, err) : -1;
	if (result && job->folder)
		fs_remove_tree(job->folder, NULL);
	if (result) {
		json_free(job->record);
		job->record = NULL;
	}
	return result;
}

/* Looks before the lock (the usual case waits for nobody) and again behind it. */
static int find_or_build(struct job *job, bool *cached, struct err *err)
{
	*cached = true;
	job->record = cache_find(job->cache, job->key);
	if (job->record)
		return 0;
	job->lock = cache_lock(job->cache, job->key, err);
	if (job->lock < 0)
		return -1;
	job->record = cache_find(job->cache, job->key);
	if (job->record)
		return 0;
	*cached = false;
	return build_now(job, err);
}

static char *path_of(const struct guest_build *build, const struct json *object, const char *key)
{
	const char *name = json_text(object, key, NULL);
	return name ? fs_join(build->folder, name) : NULL;
}

static void fill(struct guest_build *build, struct job *job, bool cached)
{
	*build = (struct guest_build){ .name = mem_strdup(job->source->name),
		.toolchain = mem_strdup(job->toolchain->name), .start = mem_strdup(job->toolchain->start),
		.folder = fs_join(job->cache, job->key), .cached = cached, .record = job->record };
	job->record = NULL;
	memcpy(build->inputs, job->key, sizeof build->inputs);
	strncpy(build->id, json_text(build->record, "id", ""), sizeof build->id - 1);
	json_set_text(build->record, "guest", build->name); /* the same build may go by several names */
	build->output = path_of(build, build->record, "output");
	build->glue = path_of(build, build->record, "glue");
	build->compiled = path_of(build, json_get(build->record, "compiled"), "output");
	build->failed = build->output == NULL;
}

static void job_release(struct job *job)
{
	cache_unlock(job->lock);
	recipe_release(&job->recipe);
	inputs_release(&job->inputs);
	json_free(job->record);
	free(job->cache);
	free(job->folder);
	free(job->place);
}

static int prepare(struct job *job, struct err *err)
{
	const struct guest_source *source = job->source;
	job->cache = cache_folder(source->cache, source->data_root, err);
	if (!job->cache || inputs_find(source->folder, json_get(job->toolchain->root, "inputs"),
		    &job->inputs, err)
	    || recipe_make(job->toolchain, source->data_root, job->cache, source->options, &job->recipe,
		    err))
		return -1;
	return make_key(job, &job->inputs, job->key, err);
}

int guest_build(const struct toolchain *toolchain, const struct guest_source *source,
	struct guest_build *build, struct err *err)
{
	struct job job = { .source = source, .toolchain = toolchain, .lock = -1 };
	bool cached;
	*build = (struct guest_build){ 0 };
	int result = prepare(&job, err) || find_or_build(&job, &cached, err) ? -1 : 0;
	if (!result)
		fill(build, &job, cached);
	job_release(&job);
	return result;
}

void guest_build_release(struct guest_build *build)
{
	free(build->name);
	free(build->toolchain);
	free(build->start);
	free(build->folder);
	free(build->output);
	free(build->glue);
	free(build->compiled);
	json_free(build->record);
	*build = (struct guest_build){ 0 };
}

static int copy_into(const char *from, const char *folder, struct err *err)
{
	char *to = from ? fs_join(folder, strrchr(from, '/') + 1) : NULL;
	int result = from && !fs_exists(to) ? fs_copy(from, to, 0644, err) : 0;
	free(to);
	return result;
}

int guest_build_keep(const struct guest_build *build, const char *results, struct err *err)
{
	char *folder = fs_join3(results, "builds", build->id);
	char *record = fs_join(build->folder, "build.json");
	/* The record comes last: where it is, the rest is. */
	int result = fs_make_folders(folder, 0755, err) || copy_into(build->output, folder, err)
		|| copy_into(build->compiled, folder, err) || copy_into(build->glue, folder, err)
		|| copy_into(record, folder, err) ? -1 : 0;
	free(record);
	free(folder);
	return result;
}
