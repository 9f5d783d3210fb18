#include "trace/names.h"

#include <stdint.h>
#include <string.h>

#include "trace/value.h"

enum { LONGEST = 64 };

struct row {
	const char *name;
	struct trace_name meaning;
};

/* Chromium 156; facts of older names in docs/CAUSES.md. */
static const struct row rows[] = {
	{ "MajorGC", { TRACE_GC } },
	{ "MinorGC", { TRACE_GC } },
	{ "wasm.CompileLazy", { TRACE_WASM_COMPILE } },
	{ "wasm.CompileBaseline", { TRACE_WASM_COMPILE } },
	{ "wasm.BaselineCompilation", { TRACE_WASM_COMPILE } },
	{ "wasm.TopTierCompilation", { TRACE_WASM_COMPILE } },
	{ "wasm.ExecuteCompilationUnits", { TRACE_WASM_COMPILE } },
	{ "wasm.AddCompiledCode", { TRACE_WASM_COMPILE } },
	{ "wasm.PublishCode", { TRACE_WASM_COMPILE } },
	{ "wasm.SyncCompile", { TRACE_WASM_COMPILE } },
	{ "wasm.CompileWasmImportCallWrapper", { TRACE_WASM_COMPILE } },
	{ "wasm.GrowMemory", { TRACE_MEM_GROW } },
	{ "UpdateLayoutTree", { TRACE_LAYOUT } },
	{ "RecalculateStyles", { TRACE_LAYOUT } },
	{ "Layout", { TRACE_LAYOUT } },
	{ "PrePaint", { TRACE_LAYOUT } },
	{ "Paint", { TRACE_LAYOUT } },
	{ "Layerize", { TRACE_LAYOUT } },
	{ "Commit", { TRACE_LAYOUT } },
	{ "DedicatedWorkerGlobalScope::postMessage", { TRACE_SERIALISE } },
	{ "h:serialise", { TRACE_SERIALISE, TRACE_NAME_MEASURE } },
	{ "h:deserialise", { TRACE_DESERIALISE, TRACE_NAME_MEASURE } },
	{ "h:guest", { TRACE_GUEST, TRACE_NAME_MEASURE } },
	{ "h:guestgc", { TRACE_GUEST_GC, TRACE_NAME_MEASURE } },
	{ "FunctionCall", { TRACE_JS } },
	{ "TimerFire", { TRACE_JS } },
	{ "EventDispatch", { TRACE_JS } },
	{ "FireAnimationFrame", { TRACE_JS } },
	{ "FireIdleCallback", { TRACE_JS } },
	{ "RunMicrotasks", { TRACE_JS } },
	{ "EvaluateScript", { TRACE_JS } },
	{ "v8.callFunction", { TRACE_JS } },
	{ "v8.evaluateModule", { TRACE_JS } },
	{ "v8.compile", { TRACE_JS } },
	{ "v8.run", { TRACE_JS } },
	{ "HandlePostMessage", { TRACE_JS, TRACE_NAME_HANDLER } },
	{ "SchedulePostMessage", { TRACE_IDLE, TRACE_NAME_POST } },
	{ "RunTask", { TRACE_TASK } },
	{ "ThreadControllerImpl::RunTask", { TRACE_TASK } },
	{ "align:main", { TRACE_IDLE, TRACE_NAME_MARK_MAIN } },
	{ "align:worker", { TRACE_IDLE, TRACE_NAME_MARK_WORKER } },
};

/* Families: whatever begins so. */
static const struct row families[] = {
	{ "V8.GC", { TRACE_GC } },
	{ "BlinkGC.", { TRACE_GC } },
	{ "CppGC.", { TRACE_GC } },
	{ "XHR", { TRACE_JS } },
};

enum { ROWS = sizeof rows / sizeof rows[0], FAMILIES = sizeof families / sizeof families[0] };
_Static_assert(ROWS < TRACE_NAME_SLOTS / 2 && ROWS < 255, "the table is at most half full, and a row is a byte");

/* Of the length and up to four bytes at either end: all of our names differ in those. */
static inline unsigned home_of(const char *bytes, size_t length)
{
	uint32_t first = 0, last = 0;
	if (length >= sizeof first) {
		memcpy(&first, bytes, sizeof first);
		memcpy(&last, bytes + length - sizeof last, sizeof last);
	} else {
		memcpy(&first, bytes, length);
	}
	uint32_t mixed = (first ^ last * UINT32_C(0x85EBCA6B) ^ (uint32_t)length) * UINT32_C(0x9E3779B9);
	return mixed >> 24; /* TRACE_NAME_SLOTS = 2^8 */
}

void trace_names_init(struct trace_names *names)
{
	memset(names, 0, sizeof *names);
	for (unsigned row = 0; row < ROWS; row++) {
		size_t length = strlen(rows[row].name);
		unsigned slot = home_of(rows[row].name, length);
		while (names->slots[slot].length)
			slot = (slot + 1) % TRACE_NAME_SLOTS;
		names->slots[slot] = (struct trace_name_slot){ (unsigned char)length, (unsigned char)row };
	}
}

static struct trace_name find_family(const char *bytes, size_t length)
{
	for (unsigned i = 0; i < FAMILIES; i++) {
		size_t wanted = strlen(families[i].name);
		if (length >= wanted && memcmp(bytes, families[i].name, wanted) == 0)
			return families[i].meaning;
	}
	return (struct trace_name){ TRACE_IDLE, 0 };
}

static struct trace_name find(const struct trace_names *names, const char *bytes, size_t length)
{
	for (unsigned slot = home_of(bytes, length); names->slots[slot].length; slot = (slot + 1) % TRACE_NAME_SLOTS) {
		const struct row *row = &rows[names->slots[slot].row];
		if (names->slots[slot].length == length && memcmp(row->name, bytes, length) == 0)
			return row->meaning;
	}
	char first = length ? bytes[0] : '\0';
	if (first != 'V' && first != 'B' && first != 'C' && first != 'X')
		return (struct trace_name){ TRACE_IDLE, 0 };
	return find_family(bytes, length);
}

struct trace_name trace_names_find(const struct trace_names *names, const struct trace_text *name)
{
	char plain[LONGEST];
	if (!name->escaped)
		return find(names, name->bytes, name->length);
	size_t length = trace_text_copy(name, plain, sizeof plain);
	return find(names, plain, length < sizeof plain ? length : 0);
}
