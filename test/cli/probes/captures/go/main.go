// A guest whose functions are to be found by their names in what is captured.
package main

import (
	"runtime"
	"syscall/js"
	"time"
)

var sink uint32

//go:noinline
func wasmographSpin(turns int) {
	for i := 0; i < turns; i++ {
		sink = sink*1664525 + 1013904223
	}
}

// spin(ms): in a function of its own until the time is up.
func onSpin(_ js.Value, args []js.Value) interface{} {
	end := time.Now().Add(time.Duration(args[0].Int()) * time.Millisecond)
	for time.Now().Before(end) {
		wasmographSpin(100000)
	}
	return nil
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"spin":    js.FuncOf(onSpin),
		"collect": js.FuncOf(func(js.Value, []js.Value) interface{} { runtime.GC(); return nil }),
	})
	select {}
}
