/* Reads the structure of a WebAssembly binary. Pure; fuzzed.
 *
 * Source: WebAssembly Core Specification 2.0 §5 (binary format), and tool-conventions for the
 * name section. Unknown sections are listed, not interpreted; nothing is validated beyond what
 * reading needs. */
#ifndef WASMOGRAPH_GUEST_WASM_H
#define WASMOGRAPH_GUEST_WASM_H

#include <stddef.h>

#include "base/err.h"
#include "base/json.h"

/* {"version":1,"sections":[{"id","name","offset","bytes"}],"imports":[{"module","name","kind"}],
 *  "exports":[{"name","kind","index"}],"memories":[{"initial_pages","maximum_pages"|null,"shared","imported"}],
 *  "functions","tables","globals","data_segments","data_bytes","code_bytes","custom_bytes","has_names","start"|null}
 * "offset" is where the section's id stands, "bytes" the length of its contents; a custom section is listed by its own
 * name; "functions", "tables" and "globals" are those that the module defines, without imported ones;
 * "data_bytes" are the segments' contents, "code_bytes" and "custom_bytes" whole sections' contents.
 * The caller frees; NULL with ERR_INVALID naming the offset. */
struct json *wasm_describe(const void *bytes, size_t length, struct err *err);

#endif
