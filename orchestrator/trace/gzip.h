/* Compresses a recorded trace, between windows: a file becomes another file.
 *
 * Level 3, by measurement (three traces of 5 to 6 MB, zlib 1.2.13): 1 MB becomes 110 kB for 4.5 ms of CPU. Level 1 would
 * save 0.8 ms and keep 15 kB more; level 5 cost 2.3 ms more for 19 kB less, level 6 another 4.2 ms for 6 kB.
 *
 * Any thread; reads and writes files. */
#ifndef WASMOGRAPH_TRACE_GZIP_H
#define WASMOGRAPH_TRACE_GZIP_H

#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

struct trace_gzip {
	int64_t plain_bytes, bytes;
	char sha256[HASH_HEX_SIZE];  /* of the compressed file */
};

/* Makes `to`, which must not be there yet, mode 0644; not fsynced (publishing the folder does that). ERR_NO_SPACE,
 * ERR_ENVIRONMENT, ERR_NOT_FOUND, ERR_BUSY (`to` exists), ERR_IO; then `to` is not left behind. `from` stays. */
int trace_gzip_file(const char *from, const char *to, struct trace_gzip *result, struct err *err);

#endif
