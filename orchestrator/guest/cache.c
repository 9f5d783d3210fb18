#include "guest/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "guest/needs.h"
#include "host/interrupt.h"

#define BUILDING ".building-"

enum { RECORD_CEILING = 64 << 20 };

/* In the lock file: held shared by all who build, alone by who sweeps. */
static const off_t BYTE_OF_ALL = 0;

static char *absolute(const char *path)
{
	if (*path == '/')
		return mem_strdup(path);
	char *here = mem_check(getcwd(NULL, 0));
	char *full = fs_join(here, path);
	free(here);
	return full;
}

static bool is_source_tree(const char *data_root)
{
	char *path = fs_join(data_root, "orchestrator");
	bool is = fs_is_folder(path);
	free(path);
	return is;
}

char *cache_folder(const char *given, const char *data_root, struct err *err)
{
	if (given)
		return absolute(given);
	if (is_source_tree(data_root))
		return mem_format("%s/build/guests", data_root);
	char *home = needs_cache_home();
	char *folder = home ? fs_join3(home, "wasmograph", "guests") : NULL;
	if (!folder)
		err_set(err, ERR_ENVIRONMENT, "There is no place for built guests: set HOME or "
			"XDG_CACHE_HOME.");
	free(home);
	return folder;
}

static void sweep(const char *cache)
{
	size_t count;
	char **names = fs_list(cache, &count, NULL);
	for (size_t i = 0; names && i < count; i++) {
		if (strncmp(names[i], BUILDING, strlen(BUILDING)) != 0)
			continue;
		char *path = fs_join(cache, names[i]);
		fs_remove_tree(path, NULL); /* what stays is only disk space; the next sweep tries again */
		free(path);
	}
	if (names)
		fs_list_free(names, count);
}

/* A lock of the open file (fcntl_locking(2)): it vanishes with the descriptor, whoever else of this process opens the file. */
static int try_lock(int lock, short kind, off_t byte)
{
	struct flock range = { .l_type = kind, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
	return fcntl(lock, F_OFD_SETLK, &range);
}

/* Another build may take minutes: looked at ten times a second, so that Ctrl-C still works. */
static int wait_for_lock(int lock, short kind, off_t byte, const char *cache, struct err *err)
{
	enum { LOOK_MS = 100 };
	struct interrupt interrupt;
	int result = 0;
	interrupt_begin(&interrupt);
	while (try_lock(lock, kind, byte) != 0 && !result) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			result = err_set_errno(err, ERR_IO, errno, "cannot lock %s/.lock", cache);
		else if (interrupt_wait(&interrupt, LOOK_MS))
			result = err_set(err, ERR_INTERRUPTED, "interrupted while another process builds in %s",
				cache);
	}
	interrupt_end(&interrupt);
	return result;
}

/* A byte by the inputs, behind the one of all. Of two builds that share it, which does not happen, one would wait. */
static off_t byte_of(const char *inputs)
{
	enum { DIGITS = 15, HEXADECIMAL = 16 };
	char digits[DIGITS + 1];
	snprintf(digits, sizeof(digits), "%s", inputs);
	return BYTE_OF_ALL + 1 + (off_t)strtoull(digits, NULL, HEXADECIMAL);
}

static int take_locks(int lock, const char *cache, const char *inputs, struct err *err)
{
	if (try_lock(lock, F_WRLCK, BYTE_OF_ALL) == 0)
		sweep(cache);
	return wait_for_lock(lock, F_RDLCK, BYTE_OF_ALL, cache, err)
		|| wait_for_lock(lock, F_WRLCK, byte_of(inputs), cache, err) ? -1 : 0;
}

int cache_lock(const char *cache, const char *inputs, struct err *err)
{
	if (fs_make_folders(cache, 0755, err))
		return -1;
	char *path = fs_join(cache, ".lock");
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (lock < 0)
		err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot open %s", path);
	free(path);
	if (lock < 0)
		return -1;
	if (take_locks(lock, cache, inputs, err)) {
		close(lock);
		return -1;
	}
	return lock;
}

void cache_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}

char *cache_begin(const char *cache, struct err *err)
{
	char *folder = mem_format("%s/" BUILDING "XXXXXX", cache);
	if (mkdtemp(folder) && chmod(folder, 0755) == 0)
		return folder;
	err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot make a folder to build in at %s", folder);
	free(folder);
	return NULL;
}

int cache_publish(const char *cache, const char *building, const char *inputs, struct err *err)
{
	char *place = fs_join(cache, inputs);
	int result = fs_remove_tree(place, err) || fs_publish_folder(building, place, err) ? -1 : 0;
	free(place);
	return result;
}

static bool is_unchanged(const char *folder, const char *file, const char *sha256)
{
	char now[HASH_HEX_SIZE];
	if (!file)
		return true;
	char *path = fs_join(folder, file);
	bool same = hash_file_hex(path, now, NULL) == 0 && sha256 && strcmp(now, sha256) == 0;
	free(path);
	return same;
}

static bool is_usable(const char *folder, const char *inputs, const struct json *record)
{
	if (json_number(record, "schema", 0) != 1
	    || strcmp(json_text(record, "inputs", ""), inputs) != 0
	    || json_number(record, "signal", 0) != 0 || json_bool(record, "timed_out", false))
		return false;
	const struct json *compiled = json_get(record, "compiled");
	return is_unchanged(folder, json_text(record, "output", NULL), json_text(record, "sha256", NULL))
	    && is_unchanged(folder, json_text(compiled, "output", NULL), json_text(compiled, "sha256", NULL))
	    && is_unchanged(folder, json_text(record, "glue", NULL), json_text(record, "glue_sha256", NULL));
}

struct json *cache_find(const char *cache, const char *inputs)
{
	char *folder = fs_join(cache, inputs);
	char *path = fs_join(folder, "build.json");
	struct json *record = fs_exists(path) ? json_parse_file(path, RECORD_CEILING, NULL) : NULL;
	if (record && !is_usable(folder, inputs, record)) {
		json_free(record);
		record = NULL;
	}
	free(path);
	free(folder);
	return record;
}
