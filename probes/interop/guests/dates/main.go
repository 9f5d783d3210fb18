// The article's interop call, new Date().getTime() through syscall/js, called from JavaScript or in a loop of Go's own. One
// source for the Go compiler and TinyGo. It sets globalThis.wasmographGuest = {call, loop, garbage, retain, collect} and stays.
package main

import (
	"runtime"
	"syscall/js"
	"time"
)

func getTime() float64 {
	return js.Global().Get("Date").New().Call("getTime").Float()
}

var retained [][]byte

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		// call(): one call, from JavaScript.
		"call": js.FuncOf(func(js.Value, []js.Value) interface{} { return getTime() }),
		// loop(n): n calls inside Go.
		"loop": js.FuncOf(func(_ js.Value, args []js.Value) interface{} {
			var last float64
			for i := args[0].Int(); i > 0; i-- {
				last = getTime()
			}
			return last
		}),
		// garbage(n, bytes): n slices of so many bytes by make, none kept.
		"garbage": js.FuncOf(func(_ js.Value, args []js.Value) interface{} {
			for i := args[0].Int(); i > 0; i-- {
				sink = make([]byte, args[1].Int())
			}
			sink = nil
			return nil
		}),
		// retain(n, bytes): the same, all kept.
		"retain": js.FuncOf(func(_ js.Value, args []js.Value) interface{} {
			for i := args[0].Int(); i > 0; i-- {
				retained = append(retained, make([]byte, args[1].Int()))
			}
			return len(retained)
		}),
		// collect(): a full collection, and its time by Go's own clock, ms.
		"collect": js.FuncOf(func(js.Value, []js.Value) interface{} {
			start := time.Now()
			runtime.GC()
			return float64(time.Since(start)) / 1e6
		}),
	})
	select {}
}

var sink []byte
