/* probes/toolchains/NAME.json: how a guest is built, started, and asked for its versions.
 *
 * {"schema":1,"name","title",
 *  "programs":{"go":{"paths":["/usr/lib/go-1.22/bin/go"],"package":"golang-1.22-go (bookworm-backports)"}},
 *  "files":{"libc":{"paths":[…],"package":"…"}},      as programs; read by the command, known by their bytes
 *  "command":["{go}","build",…,"-o","{output}","."] | null (the source file is the guest),
 *  "environment":{"GOOS":"js",…},        placeholders as in command
 *  "glue":["{goroot}/misc/wasm/wasm_exec.js", …] | null (first that exists),
 *  "start":"go-js" | "js-module" | "wasm-exports",   how workers/guest_host.js starts it
 *  "output":"guest.wasm" | "guest.js",
 *  "inputs":["*.go","go.mod","go.sum"],  globs hashed, in the source folder and below
 *  "options":{"name":{"default":…,"command":["-opt={value}"]}},
 *  "runtime_environment":["GOGC",…],     names an arm may set for the running guest
 *  "versions":[["{go}","version"]],
 *  "reports":{"wasm":["{tinygo}","info","-target=wasm"]},   what it says goes into the record (guest/reports.h)
 *  "instrument":{…guest/instrumented.h},
 *  "without":{"guest-gc":{"options":{"gc":"leaking"},"how":"…"}},  a guest that lacks a cause of slow messages
 *  "deadline_s":300}
 * Placeholders: {NAME of a program or file}, {output}, {source}, {cache}, {cache_home}, {root}, and (not in "environment") what
 * "variables":{"goroot":["{go}","env","GOROOT"]} asks for (first line of output). The whole is explained in
 * docs/PROBES.md.
 * Ownership: the struct owns what it points to. */
#ifndef WASMOGRAPH_GUEST_TOOLCHAIN_H
#define WASMOGRAPH_GUEST_TOOLCHAIN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/json.h"

struct toolchain {
	char *path;              /* of the JSON file */
	char *name;
	char *start;
	char *output;
	struct json *root;       /* the whole document, checked */
	double deadline_s;
};

/* ERR_USAGE for an unknown name (listing those there are) and for every rule broken, placeholders included. */
struct toolchain *toolchain_load(const char *data_root, const char *name, struct err *err);
void toolchain_free(struct toolchain *toolchain);

/* May an arm set `key` for the running guest? */
bool toolchain_has_runtime_setting(const struct toolchain *toolchain, const char *key);

/* {"options","how"}: with which options a guest is built that does not have this cause of slow messages, given without its
 * thread; NULL: with none. */
const struct json *toolchain_without(const struct toolchain *toolchain, const char *cause);

#endif
