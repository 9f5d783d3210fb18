// SHA-256 by Go's standard library of bytes that JavaScript gives. One source for the Go compiler and TinyGo. It sets
// globalThis.wasmographGuest = {input, hash, begin, add, end, collections,
// collect} and stays.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"runtime"
	"syscall/js"
	"time"
)

var input []byte

// What begin() began.
var piecewise hash.Hash

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		// input(Uint8Array): what will be hashed.
		"input": js.FuncOf(func(_ js.Value, args []js.Value) interface{} {
			input = make([]byte, args[0].Length())
			return js.CopyBytesToGo(input, args[0])
		}),
		// hash(): its SHA-256, in hexadecimal.
		"hash": js.FuncOf(func(js.Value, []js.Value) interface{} {
			sum := sha256.Sum256(input)
			return hex.EncodeToString(sum[:])
		}),
		// begin(), add(from, to) for each piece of the input, end(): the same hash, with whatever else happens in between.
		"begin": js.FuncOf(func(js.Value, []js.Value) interface{} {
			piecewise = sha256.New()
			return nil
		}),
		"add": js.FuncOf(func(_ js.Value, args []js.Value) interface{} {
			piecewise.Write(input[args[0].Int():args[1].Int()])
			return nil
		}),
		"end": js.FuncOf(func(js.Value, []js.Value) interface{} { return hex.EncodeToString(piecewise.Sum(nil)) }),
		// collections(): how many there were; null where the runtime does not count them.
		"collections": js.FuncOf(func(js.Value, []js.Value) interface{} { return collections() }),
		// collect(): a full collection, and its time, ms.
		"collect": js.FuncOf(func(js.Value, []js.Value) interface{} {
			start := time.Now()
			runtime.GC()
			return float64(time.Since(start)) / 1e6
		}),
	})
	select {}
}
