// The guest of probe memory: allocates as it is told and keeps what it allocated. One source for both compilers; what only
// one runtime offers stands in a file of its own.
package main

import "syscall/js"

// The article's "first new Uint8Array(1<<20)".
const firstArrayBytes = 1 << 20

var (
	// All that retain() made: reachable, so never freed.
	kept [][]byte
	// An array of JavaScript's, held by Go.
	array js.Value
)

// newArray(bytes): another, called for by JavaScript.
func onNewArray(_ js.Value, args []js.Value) interface{} {
	array = js.Global().Get("Uint8Array").New(args[0].Int())
	return nil
}

// retain(bytes): one allocation that stays alive.
func onRetain(_ js.Value, args []js.Value) interface{} {
	kept = append(kept, make([]byte, args[0].Int()))
	return nil
}

// release(): what was kept is garbage, and is collected.
func onRelease(js.Value, []js.Value) interface{} {
	kept = nil
	collect()
	return nil
}

// raw(bytes): memory from the runtime's lowest layer, of a size that nobody rounded.
func onRaw(_ js.Value, args []js.Value) interface{} {
	return allocateRaw(args[0].Int())
}

func onStats(js.Value, []js.Value) interface{} { return stats() }

func main() {
	// Before anything else happens, as a program that only does this would.
	array = js.Global().Get("Uint8Array").New(firstArrayBytes)
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"newArray": js.FuncOf(onNewArray),
		"retain":   js.FuncOf(onRetain),
		"release":  js.FuncOf(onRelease),
		"raw":      js.FuncOf(onRaw),
		"stats":    js.FuncOf(onStats),
	})
	select {}
}
