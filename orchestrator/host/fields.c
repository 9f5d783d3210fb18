#include "host/fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

const char *fields_find(const char *text, const char *key)
{
	size_t length = strlen(key);
	for (const char *line = text; line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (strncmp(line, key, length) == 0 && strchr(" \t\n", line[length]))
			return skip_blanks(line + length);
	}
	return NULL;
}

static int64_t parse_integer(const char *text, int64_t fallback)
{
	char *end;
	errno = 0;
	long long value = strtoll(text, &end, 10);
	return end == text || errno != 0 ? fallback : value;
}

int64_t fields_integer(const char *text, const char *key, int64_t fallback)
{
	const char *value = fields_find(text, key);
	return value ? parse_integer(value, fallback) : fallback;
}

int64_t fields_file_integer(const char *path, int64_t fallback)
{
	char text[64];
	return fs_read_small(path, text, sizeof text) > 0 ? parse_integer(text, fallback) : fallback;
}
