// What decides when Go 1.22 collects: the heap goal by the runtime's own metrics, for a live heap and a GOGC of choice; and
// a CPU profile, if the runtime can take one here. It sets globalThis.wasmographGuest = {goal, collectOnce,
// profile, profiles}.
package main

import (
	"bytes"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"runtime/pprof"
	"syscall/js"
	"time"
)

const chunkBytes = 1 << 10

// The live heap: chunks without pointers, each an object.
var live [][]byte

func keep(megabytes int) {
	live = nil
	count := megabytes << 20 / chunkBytes
	live = make([][]byte, count)
	for i := range live {
		live[i] = make([]byte, chunkBytes)
	}
}

var names = []string{
	"/gc/heap/goal:bytes", "/gc/heap/live:bytes", "/gc/scan/stack:bytes", "/gc/scan/globals:bytes", "/gc/cycles/total:gc-cycles",
}

func read() []float64 {
	samples := make([]metrics.Sample, len(names))
	for i := range samples {
		samples[i].Name = names[i]
	}
	metrics.Read(samples)
	values := make([]float64, len(samples))
	for i := range samples {
		values[i] = float64(samples[i].Value.Uint64())
	}
	return values
}

// goal(gogc, megabytes) after a full collection: {goal, marked, stacks, globals}, bytes.
func goal(_ js.Value, args []js.Value) interface{} {
	keep(args[1].Int())
	debug.SetGCPercent(args[0].Int())
	runtime.GC()
	values := read()
	return map[string]interface{}{
		"goal": values[0], "marked": values[1], "stacks": values[2], "globals": values[3],
	}
}

var garbage []byte

// A promise of what a goroutine of its own returns: only there may it block.
func promise(do func() interface{}) interface{} {
	var start js.Func
	start = js.FuncOf(func(_ js.Value, resolvers []js.Value) interface{} {
		resolve := resolvers[0]
		go func() {
			resolve.Invoke(do())
			start.Release()
		}()
		return nil
	})
	return js.Global().Get("Promise").New(start)
}

// collectOnce(): allocates garbage until one more collection is over, with the event loop in between, so that the
// collector begins and ends when it wants. What it was like is told by GODEBUG=gctrace=1. Returns a promise.
func collectOnce(js.Value, []js.Value) interface{} {
	return promise(func() interface{} {
		before := read()
		for read()[4] == before[4] {
			for i := 0; i < 128; i++ {
				garbage = make([]byte, chunkBytes)
			}
			time.Sleep(time.Nanosecond)
		}
		return map[string]interface{}{"goal": before[0], "marked": before[1]}
	})
}

// profile(ms): a promise of the bytes of a CPU profile of a busy loop of so long; or of an error's text.
func profile(_ js.Value, args []js.Value) interface{} {
	length := time.Duration(args[0].Int()) * time.Millisecond
	return promise(func() interface{} {
		var out bytes.Buffer
		if err := pprof.StartCPUProfile(&out); err != nil {
			return err.Error()
		}
		for start := time.Now(); time.Since(start) < length; {
			runtime.Gosched()
		}
		pprof.StopCPUProfile()
		profile := js.Global().Get("Uint8Array").New(out.Len())
		js.CopyBytesToJS(profile, out.Bytes())
		return profile
	})
}

// profiles(): the names of those that are registered.
func profiles(js.Value, []js.Value) interface{} {
	names := []interface{}{}
	for _, profile := range pprof.Profiles() {
		names = append(names, profile.Name())
	}
	return names
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"goal":        js.FuncOf(goal),
		"collectOnce": js.FuncOf(collectOnce),
		"profile":     js.FuncOf(profile),
		"profiles":    js.FuncOf(profiles),
	})
	select {}
}
