/* What every measuring command holds while it runs: the data root, the results, the machine's
 * measuring lock, the loop with its signals, the browser and its user.
 *
 * session_open() also does the start-up sweep: what unfinished launches of dead processes name is killed
 * and deleted, nothing else.
 * Ownership: the caller's; session_close() undoes everything in reverse.
 * Threads: the loop's. */
#ifndef WASMOGRAPH_RUN_SESSION_H
#define WASMOGRAPH_RUN_SESSION_H

#include <stdbool.h>

#include "base/err.h"
#include "base/log.h"
#include "browser/browser.h"
#include "host/cpus.h"
#include "loop/loop.h"
#include "store/store.h"

struct session_options {
	const char *data_root;    /* absolute */
	const char *results;
	const char *browser;      /* NULL: looked for */
	enum browser_mode mode;
	const char *browser_user;
	const char *cpus;         /* "browser=LIST,daemon=LIST"; NULL: nothing is set */
	const char *label;        /* probe or plan, told to who finds the lock held */
	bool wait;                /* queue for the lock */
	struct log *log;
};

struct session {
	struct session_options options;
	struct loop *loop;
	struct store *store;
	int lock_fd;
	struct browser_program program;
	struct browser_user user;
	struct cpus_split cpus;   /* as asked for */
	char *cpus_before;        /* ours, before any were taken; NULL: none were */
	bool interrupted;         /* SIGINT or SIGTERM came */
	void (*on_interrupt)(void *context); /* set by who is running; may be NULL */
	void *interrupt_context;
};

int session_open(struct session *session, const struct session_options *options,
	struct err *err);
/* What the browser is to run on; NULL: wherever we do. */
const char *session_browser_cpus(const struct session *session);
void session_close(struct session *session);

#endif
