/* Who runs the browser, and whether Chromium's sandbox can work for that user: browser_user_find().
 *
 * The sandbox needs either user namespaces (tried for real, in a child that becomes the user) or
 * the setuid helper chrome-sandbox beside the program; Chromium refuses to start with neither
 * ("No usable sandbox!"), and as root. Ownership: values. For a process with one thread. */
#ifndef WASMOGRAPH_BROWSER_USER_H
#define WASMOGRAPH_BROWSER_USER_H

#include <sys/types.h>

enum browser_user_trial {
	BROWSER_USER_SANDBOX,       /* can make namespaces */
	BROWSER_USER_NO_NAMESPACES, /* exists and can be used, but makes none */
	BROWSER_USER_UNUSABLE,      /* we cannot become it */
};

/* Forks, becomes the user and tries. */
enum browser_user_trial browser_user_try(uid_t uid, gid_t gid);

#endif
