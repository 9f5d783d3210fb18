#include "trace/compiles.h"

#include <math.h>
#include <string.h>

#include "trace/value.h"

static const char *const kind_names[TRACE_COMPILES] = { "lazy", "baseline", "top-tier", "streaming", "module", "units",
	"other" };

/* Chromium 156; wasm.BaselineFinished, .LogCode, … report and compile nothing. */
static const struct row { const char *name; enum trace_compile kind; } rows[] = {
	{ "wasm.CompileLazy", TRACE_COMPILE_LAZY },
	{ "wasm.CompileBaseline", TRACE_COMPILE_BASELINE },
	{ "wasm.BaselineCompilation", TRACE_COMPILE_BASELINE },
	{ "wasm.TopTierCompilation", TRACE_COMPILE_TOP_TIER },
	{ "wasm.StartStreamingCompilation", TRACE_COMPILE_STREAMING },
	{ "wasm.InitializeStreaming", TRACE_COMPILE_STREAMING },
	{ "wasm.OnBytesReceived", TRACE_COMPILE_STREAMING },
	{ "wasm.ValidateFunctionsStreaming", TRACE_COMPILE_STREAMING },
	{ "wasm.FinishStreaming", TRACE_COMPILE_STREAMING },
	{ "wasm.SyncCompile", TRACE_COMPILE_MODULE },
	{ "wasm.AsyncCompile", TRACE_COMPILE_MODULE },
	{ "wasm.ExecuteCompilationUnits", TRACE_COMPILE_UNITS },
	{ "wasm.CompileWasmImportCallWrapper", TRACE_COMPILE_OTHER },
	{ "wasm.AddCompiledCode", TRACE_COMPILE_OTHER },
	{ "wasm.PublishCode", TRACE_COMPILE_OTHER },
};

const char *trace_compile_name(enum trace_compile compile)
{
	return kind_names[compile];
}

void trace_compiles_init(struct trace_compiles *compiles)
{
	memset(compiles, 0, sizeof *compiles);
	for (enum trace_compile kind = TRACE_COMPILE_LAZY; kind < TRACE_COMPILES; kind++)
		compiles->kinds[kind].end_us = -INFINITY;
	compiles->total.end_us = compiles->growths.end_us = -INFINITY;
}

/* What lies in another of the kind counts, and its time is counted already. */
static void add(struct trace_compiled *compiled, const struct trace_event *event)
{
	compiled->longest_us = fmax(compiled->longest_us, event->dur_us);
	if (event->ts_us < compiled->end_us)
		return;
	compiled->sum_us += event->dur_us;
	compiled->end_us = event->ts_us + event->dur_us;
}

void trace_compiles_take(struct trace_compiles *compiles, const struct trace_event *event)
{
	if (trace_text_equals(&event->name, "wasm.GrowMemory")) {
		compiles->growths.count++;
		add(&compiles->growths, event);
		return;
	}
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!trace_text_is(&event->name, rows[i].name, strlen(rows[i].name)))
			continue;
		compiles->kinds[rows[i].kind].count++;
		add(&compiles->kinds[rows[i].kind], event);
		compiles->total.count += event->ts_us >= compiles->total.end_us;
		add(&compiles->total, event);
		return;
	}
}
