/* The pages of one launch over HTTP: what that launch may fetch, behind its nonce.
 *
 * URLs are /l/NONCE/… with what stands in web, workers, probe and guest from a fixed table, the guest compressed
 * (run/encoded.h), manifest.json, what was captured of the launch (captures/KIND), resident.json (what the page's process has in
 * RAM), and `samples`, which takes one POST. The nonce is 128 random bits, dies with harness_end(), and gives
 * no other right. One listener per run; one launch at a time.
 * Ownership: the harness is the caller's. Threads: the loop's. */
#ifndef WASMOGRAPH_RUN_HARNESS_H
#define WASMOGRAPH_RUN_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "guest/build.h"
#include "loop/loop.h"
#include "probe/manifest.h"

struct harness;

struct harness *harness_new(struct loop *loop, const char *data_root, struct err *err);
void harness_free(struct harness *harness); /* NULL is fine */

/* Opens the pages of one launch. `guest` may be NULL. The manifest's text is copied. */
int harness_begin(struct harness *harness, const struct probe *probe,
	const struct guest_build *guest, const char *manifest, struct err *err);

/* Leaves headers of isolation out of this launch's answers. After harness_begin(), which sends both. */
void harness_isolate(struct harness *harness, bool coop, bool coep);
const char *harness_url(const struct harness *harness); /* of the harness page */

/* Lets the page of this launch fetch a file as captures/NAME. ERR_NOT_FOUND, ERR_INVALID, ERR_IO. */
int harness_offer(struct harness *harness, const char *name, const char *path, struct err *err);

/* The process below which the page's is: the browser. Until harness_end(). */
void harness_attend(struct harness *harness, pid_t browser);

/* The upload as it came, or NULL: borrowed until harness_end(). */
const void *harness_upload(const struct harness *harness, size_t *length);
void harness_end(struct harness *harness);

/* Sockets now open: the window starts with none. */
int harness_connections(const struct harness *harness);

#endif
