// Allocates under whatever allocator it was built with, and tells how far it came: for TinyGo.
package main

import (
	"runtime"
	"syscall/js"
	"time"
)

const pieceBytes = 1024

type pair struct{ a, b int }

var (
	made     []int
	object   *pair
	kept     [][]byte
	garbage  []byte
	progress uint32
)

// An export takes nothing of the heap, so it answers where a FuncOf function no longer could.
//
//export progress
func getProgress() uint32 { return progress }

// allocate(n): make and new, as in section 3.1.
func onAllocate(_ js.Value, args []js.Value) interface{} {
	made = make([]int, args[0].Int())
	object = new(pair)
	object.b = len(made)
	return object.b
}

// Not inlined: an allocation that nobody looks at would be left out.
//
//go:noinline
func piece(n int) []byte {
	b := make([]byte, pieceBytes)
	b[n%pieceBytes] = byte(n)
	return b
}

// dirty(bytes): garbage in one call, a piece at a time.
func onDirty(_ js.Value, args []js.Value) interface{} {
	for n := args[0].Int(); n > 0; n -= pieceBytes {
		garbage = piece(n)
		progress++
	}
	return true
}

// retain(bytes): the same, but nothing of it is garbage.
func onRetain(_ js.Value, args []js.Value) interface{} {
	kept = make([][]byte, 0, args[0].Int()/pieceBytes)
	for n := args[0].Int(); n > 0; n -= pieceBytes {
		kept = append(kept, piece(n))
		progress++
	}
	return true
}

// Never called: a program that has both can have its collections counted.
func onCollect(js.Value, []js.Value) interface{} {
	runtime.GC()
	return float64(time.Now().UnixNano())
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"allocate": js.FuncOf(onAllocate),
		"dirty":    js.FuncOf(onDirty),
		"retain":   js.FuncOf(onRetain),
		"collect":  js.FuncOf(onCollect),
	})
	select {}
}
