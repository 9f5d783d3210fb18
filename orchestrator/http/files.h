/* The files a launch may fetch: a fixed table from URL path to file on disk. Paths in
 * requests are looked up, never joined, so there is nothing to traverse. Pure but for
 * reading sizes when an entry is added.
 *
 * Ownership: the table copies its strings. */
#ifndef WASMOGRAPH_HTTP_FILES_H
#define WASMOGRAPH_HTTP_FILES_H

#include <stddef.h>

#include "base/err.h"

struct http_files;

struct http_file {
	char *url;            /* "/web/harness.js" */
	char *path;           /* absolute */
	const char *content_type; /* by extension: .html .js .mjs .json .css .wasm .svg .png .cpuprofile .heapsnapshot */
	size_t size_bytes;
};

struct http_files *http_files_new(void);
void http_files_free(struct http_files *files);

/* ERR_NOT_FOUND if the file is not there; ERR_INVALID for an unknown extension. A later entry of
 * the same URL replaces the first. */
int http_files_add(struct http_files *files, const char *url, const char *path, struct err *err);

/* Adds every regular file directly in `folder` with a known extension as URL_PREFIX/name.
 * Symbolic links are left out. */
int http_files_add_folder(struct http_files *files, const char *url_prefix, const char *folder,
	struct err *err);

/* NULL when there is no such URL. */
const struct http_file *http_files_find(const struct http_files *files, const char *url);

#endif
