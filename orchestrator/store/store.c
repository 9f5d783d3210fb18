#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/mono.h"
#include "host/environment.h"
#include "host/proc.h"
#include "store/internal.h"
#include "store/migrate.h"

/* "WGMG" in the file's header: says that an SQLite file is ours (schema.sql sets it). */
enum { APPLICATION_ID = 0x57474d47, SWITCH_TRIES = 100, SWITCH_WAIT_MS = 20 };

static const char schema_sql[] = ""
#include "schema.h" /* generated from schema.sql */
	;

#define DATABASE_NAME "wasmograph.db"

const char *store_folder(const struct store *store)
{
	return store->folder;
}

void store_now(char *out)
{
	mono_format_iso(mono_wall_us(), out);
}

bool store_writer_lives(int64_t pid, int64_t ticks)
{
	return pid > 0 && ticks > 0 && proc_start_ticks((pid_t)pid) == (uint64_t)ticks;
}

/* ---- the folder ---- */

static int make_folder(const char *results, struct err *err)
{
	if (fs_exists(results) && !fs_is_folder(results))
		return err_set(err, ERR_ENVIRONMENT,
			"the results path %s is a file, not a folder: name a folder with --results", results);
	if (!fs_exists(results) && fs_make_folders(results, 0755, err)) {
		if (err && err->code != ERR_NO_SPACE)
			err->code = ERR_ENVIRONMENT;
		return err_prefix(err, "the results folder %s cannot be made (name another with --results)",
			results);
	}
	if (access(results, W_OK | X_OK))
		return err_set_errno(err, ERR_ENVIRONMENT, errno,
			"the results folder %s cannot be written; give yourself the right to write it or name "
			"another with --results", results);
	return 0;
}

static int find_database(const struct store *store, const char *results, struct err *err)
{
	if (fs_exists(results) && !fs_is_folder(results))
		return err_set(err, ERR_ENVIRONMENT,
			"the results path %s is a file, not a folder: name a folder with --results", results);
	if (!fs_exists(store->path))
		return err_set(err, ERR_NOT_FOUND,
			"there are no results in %s (no %s): measure something first, e.g. `wasmograph run ping`, "
			"or name another folder with --results", results, DATABASE_NAME);
	return 0;
}

/* ---- the connection ---- */

static bool has_content(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && status.st_size > 0;
}

/* Results on a read-only medium can be read when nothing is left in the write-ahead log:
 * "immutable" needs no shared-memory file beside the database. The path of a URI is percent-encoded. */
static char *immutable_uri(const struct store *store)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
	struct buf uri;
	buf_init(&uri, 1 << 16);
	buf_append_text(&uri, "file:");
	for (const char *c = store->path; *c; c++) {
		if (strchr(plain, *c))
			buf_append(&uri, c, 1);
		else
			buf_append_format(&uri, "%%%02X", (unsigned char)*c);
	}
	buf_append_text(&uri, "?immutable=1");
	return buf_detach(&uri);
}

static int connect_database(struct store *store, bool create, struct err *err)
{
	char *log = mem_format("%s-wal", store->path);
	bool frozen = !create && access(store->folder, W_OK) && !has_content(log);
	free(log);
	char *name = frozen ? immutable_uri(store) : mem_strdup(store->path);
	int flags = frozen ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE;
	if (create)
		flags |= SQLITE_OPEN_CREATE;
	int code = sqlite3_open_v2(name, &store->db, flags, NULL);
	free(name);
	if (!store->db)
		mem_check(NULL);
	if (code != SQLITE_OK)
		return query_fail(store, err);
	if (create && sqlite3_db_readonly(store->db, "main") == 1)
		return err_set(err, ERR_ENVIRONMENT,
			"%s cannot be written: give yourself the right to write it or name another folder with "
			"--results", store->path);
	sqlite3_busy_timeout(store->db, QUERY_BUSY_MS);
	/* A cache of 256 KiB, not SQLite's 2 MB, which a long run would fill launch by launch: the kernel
	 * caches the file as well, and what a launch stores is looked at once. */
	return query_script(store, "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; "
		"PRAGMA cache_size = -256;", err);
}

/* ---- the schema ---- */

struct identity { int64_t version, owner, tables; };

/* In one statement, so that all three are of one moment: another process may be creating the database. */
static int read_identity(struct store *store, struct identity *identity, struct err *err)
{
	sqlite3_stmt *statement = query_open(store, err, "SELECT (SELECT user_version FROM pragma_user_version), "
		"(SELECT application_id FROM pragma_application_id), count(*) FROM sqlite_schema", QUERY_NONE);
	if (!statement)
		return -1;
	int more = query_next(store, statement, err);
	if (more > 0)
		*identity = (struct identity){ .version = sqlite3_column_int64(statement, 0),
			.owner = sqlite3_column_int64(statement, 1), .tables = sqlite3_column_int64(statement, 2) };
	query_close(statement);
	return more > 0 ? 0 : -1;
}

static int fail_not_ours(struct store *store, struct err *err)
{
	return err_set(err, ERR_ENVIRONMENT,
		"%s is a database of another program: name another folder with --results", store->path);
}

/* Sets *version to the schema of the database: 0 = empty, STORE_SCHEMA = ours. */
static int read_version(struct store *store, int64_t *version, struct err *err)
{
	struct identity found;
	if (read_identity(store, &found, err))
		return -1;
	*version = found.version;
	if (found.owner != APPLICATION_ID && (found.tables > 0 || found.version != 0))
		return fail_not_ours(store, err);
	if (*version > STORE_SCHEMA)
		return err_set(err, ERR_ENVIRONMENT,
			"%s was written by a newer wasmograph (schema %lld, this one knows %d): update wasmograph or "
			"use another --results", store->path, (long long)*version, STORE_SCHEMA);
	return 0;
}

/* Creates, or brings up to date. Of two processes that begin at once, the second finds it done once it
 * holds the write lock. */
static int write_schema(struct store *store, struct err *err)
{
	int64_t version;
	if (query_begin(store, err))
		return -1;
	int result = read_version(store, &version, err);
	if (result == 0)
		result = version == 0 ? query_script(store, schema_sql, err)
			: migrate_database(store, version, err);
	return query_end(store, result, err);
}

/* The switch to WAL needs the file to itself for a moment, and does not use the busy timeout. */
static int switch_to_wal(struct store *store, struct err *err)
{
	for (int i = 0; i < SWITCH_TRIES; i++) {
		if (query_script(store, "PRAGMA journal_mode = WAL", err) == 0)
			return 0;
		if (err && err->code != ERR_BUSY)
			return -1;
		sqlite3_sleep(SWITCH_WAIT_MS);
	}
	return -1;
}

static int open_schema(struct store *store, bool create, struct err *err)
{
	int64_t version;
	if (read_version(store, &version, err))
		return -1;
	if (!create && version == 0)
		return err_set(err, ERR_NOT_FOUND, "there are no results in %s: %s is empty", store->folder,
			DATABASE_NAME);
	if (!create)
		return migrate_view(store, version, err);
	if (switch_to_wal(store, err))
		return -1;
	return version < STORE_SCHEMA ? write_schema(store, err) : 0;
}

/* ---- open and close ---- */

static int open_in(struct store *store, const char *results, bool create, struct err *err)
{
	if (create && make_folder(results, err))
		return -1;
	store->folder = realpath(results, NULL);
	if (!store->folder)
		store->folder = mem_strdup(results);
	store->path = fs_join(store->folder, DATABASE_NAME);
	environment_machine_id(store->machine);
	if (!create && find_database(store, results, err))
		return -1;
	if (connect_database(store, create, err) || open_schema(store, create, err))
		return -1;
	if (!create)
		return 0;
	char *incoming = fs_join(store->folder, ".incoming");
	int result = fs_make_folders(incoming, 0755, err);
	free(incoming);
	return result;
}

struct store *store_open(const char *results, bool create, struct err *err)
{
	struct err local;
	struct store *store = mem_alloc_zero(1, sizeof *store);
	if (open_in(store, results, create, err ? err : &local) == 0)
		return store;
	store_close(store);
	return NULL;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	sqlite3_close(store->db);
	free(store->folder);
	free(store->path);
	free(store);
}
