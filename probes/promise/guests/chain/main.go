// The Go end of a chain of promises: each then-callback is a function of Go's that puts a measure with its depth, its delay and
// its goroutine into the browser's timeline.
package main

import (
	"runtime"
	"syscall/js"
	"time"
)

var (
	performance = js.Global().Get("performance")
	last        float64 // when the step before was taken, ms
	wake        = make(chan struct{})
)

func now() float64 {
	return performance.Call("now").Float()
}

// begin(): the next step is measured from now.
func onBegin(js.Value, []js.Value) interface{} {
	last = now()
	return nil
}

// step(depth): the callback of one promise.
func onStep(_ js.Value, args []js.Value) interface{} {
	resolved := now()
	performance.Call("measure", "js_promise_resolve", map[string]interface{}{
		"start": last,
		"end":   resolved,
		"detail": map[string]interface{}{
			"chain_depth": args[0].Int(),
			"delay_ms":    resolved - last,
			"goid":        goroutineID(),
		},
	})
	last = now()
	return nil
}

// wake(): makes a goroutine that waits ready to run, and goes on. Whether it has run when this has returned, the page sees.
func onWake(js.Value, []js.Value) interface{} {
	select {
	case wake <- struct{}{}:
		return true
	default:
		return false
	}
}

func waitForWakes() {
	for woken := 1; ; woken++ {
		<-wake
		js.Global().Set("wokenGoroutines", woken)
	}
}

// A collection, which no load calls: that it is here keeps TinyGo's collections visible (docs/PROBES.md, "Instrumented
// builds").
func onCollect(js.Value, []js.Value) interface{} {
	start := time.Now()
	runtime.GC()
	return float64(time.Since(start)) / 1e6
}

func main() {
	go waitForWakes()
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"begin":   js.FuncOf(onBegin),
		"step":    js.FuncOf(onStep),
		"wake":    js.FuncOf(onWake),
		"collect": js.FuncOf(onCollect),
	})
	select {}
}
