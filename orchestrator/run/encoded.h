/* Compressed copies of a launch's guest, made when a page first asks for one: what a server would send that compresses
 * what it sends.
 *
 * The page asks by the path, /guest/gzip/NAME or /guest/br/NAME, and is answered so whatever it says it accepts: a browser
 * that did not understand would fail, and be seen to. Compressing takes the loop's thread up to a second; no probe of
 * latencies asks. Ownership: the copies are the struct's. Threads: the loop's. */
#ifndef WASMOGRAPH_RUN_ENCODED_H
#define WASMOGRAPH_RUN_ENCODED_H

#include <stddef.h>

#include "http/files.h"
#include "http/server.h"

enum { ENCODED_KINDS = 2 };

struct encoded {
	struct encoded_copy {
		unsigned char *bytes; /* NULL until asked for */
		size_t length;
	} copies[ENCODED_KINDS];
};

/* Answers a path below /guest/gzip/ or /guest/br/ whose file without that part is in `files`. Returns whether it did. */
int encoded_respond(struct encoded *encoded, const struct http_files *files, const char *url,
	struct http_response *response);

void encoded_release(struct encoded *encoded);

#endif
