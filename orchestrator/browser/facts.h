/* What is stored of the browser with every launch: browser_facts().
 *
 * Ownership: the source is borrowed, the returned object is the caller's. Any thread. */
#ifndef WASMOGRAPH_BROWSER_FACTS_H
#define WASMOGRAPH_BROWSER_FACTS_H

#include "browser/browser.h"

struct browser_facts_source {
	const struct browser_program *program;
	const struct browser_user *user;
	char *const *argv;          /* as given to exec */
	pid_t process;              /* the browser's */
	const struct json *version; /* Browser.getVersion, or NULL */
	const struct browser_group *group;
	const struct browser_group *cpuset; /* that keeps it to its processors; NULL: none were asked for */
};

/* {"path","version","mode","product","protocol","revision","javascript","flags":[…],
 *  "command_line" (one text from /proc: with what a wrapper script added; Chromium 156
 *  itself joins its arguments by blanks),"uid","gid",
 *  "sandbox":{"asked","warning","renderer_pid","renderers","seccomp","pid_namespaces","verified"},
 *  "cpus" (its Cpus_allowed_list, or null),"cpus_by" ("cpuset", "affinity"; null: it was not to be kept to any),
 *  "cpuset_refused" (why it is by affinity, or null),
 *  "cgroup" ("v1", "v2", "none"),"cgroup_refused" (why none, or null)}
 * "verified" is false unless asked. */
struct json *browser_facts_collect(const struct browser_facts_source *source);

/* Makes one line of a /proc/PID/cmdline text, in place. Pure. */
void browser_facts_join(char *command_line, size_t length);

#endif
