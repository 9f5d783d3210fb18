/* Errors that people read and code branches on.
 *
 * A fallible function returns 0, or -1 with *err filled in. The code is for
 * branching (and decides the exit status); the text is one sentence for a
 * person: what failed, where, and what to do. Bugs and exhausted memory are
 * neither: they abort (base/mem.h).
 *
 * Ownership: struct err is a value without pointers; the caller owns it. Any
 * thread may use its own. */
#ifndef WASMOGRAPH_BASE_ERR_H
#define WASMOGRAPH_BASE_ERR_H

#include <stdarg.h>

enum err_code {
	ERR_NONE = 0,
	ERR_USAGE,       /* wrong flag, unknown name, broken probe.json: exit 2 */
	ERR_ENVIRONMENT, /* no browser, no port, results not writable: exit 3 */
	ERR_NO_SPACE,    /* ENOSPC, EDQUOT, EFBIG: exit 3 */
	ERR_BUSY,        /* lock or port held by somebody else: exit 3 */
	ERR_NOT_FOUND,   /* a file, row or key that is not there */
	ERR_IO,          /* any other failing system call */
	ERR_INVALID,     /* malformed input: JSON, wasm, upload, protocol text */
	ERR_TOO_LARGE,   /* input beyond a declared ceiling */
	ERR_TIMEOUT,     /* a deadline passed */
	ERR_CLOSED,      /* the peer went away */
	ERR_REFUSED,     /* the peer answered with an error (CDP error, exception) */
	ERR_GUEST,       /* the guest trapped, lied or did no work */
	ERR_INTERRUPTED, /* SIGINT or SIGTERM */
};

/* Ceiling of an error text in bytes, terminator included; longer texts are cut. */
enum { ERR_TEXT_SIZE = 1024 };

struct err {
	enum err_code code;
	char text[ERR_TEXT_SIZE];
};

/* Fills *err (which may be NULL) and returns -1, so that a caller can write
 * `return err_set(err, ERR_INVALID, "…", …);`. */
int err_set(struct err *err, enum err_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As err_set, with the text of `errnum` appended; ENOSPC, EDQUOT and EFBIG become
 * ERR_NO_SPACE whatever `code` says, for the answer to them is the same. */
int err_set_errno(struct err *err, enum err_code code, int errnum, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Puts "CONTEXT: " in front of the text that is already there. Returns -1. */
int err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

void err_clear(struct err *err);

/* The code's name as stored and printed in JSON, e.g. "timeout". */
const char *err_code_name(enum err_code code);

#endif
