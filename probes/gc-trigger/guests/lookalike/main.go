// Does a collector take an integer for a pointer? One source for Go 1.22, Go 1.19 and TinyGo. It sets
// globalThis.wasmographGuest = {inUse, allocate, collect} and stays.
package main

import (
	"runtime"
	"syscall/js"
	"unsafe"
)

// Large enough to stand out in what is in use, whatever else the runtime allocates meanwhile.
const objectBytes = 4 << 20

// An object of the heap whose type tells which of its words is a pointer.
type holder struct {
	pointer *byte
	integer uintptr
}

// What is left of the object after allocate(): its pointer, or the same bits as an integer, of its own or beside a pointer,
// or nothing. Globals are roots.
var (
	pointer unsafe.Pointer
	integer uintptr
	held    *holder
	other   byte
)

// allocate(kind): makes an object and keeps of it what kind says. Nothing of it is on a stack when the caller returns.
//
//go:noinline
func allocate(kind string) {
	object := make([]byte, objectBytes)
	object[0], object[objectBytes-1] = 1, 1
	pointer, integer, held = nil, 0, nil
	switch kind {
	case "pointer":
		pointer = unsafe.Pointer(&object[0])
	case "integer":
		integer = uintptr(unsafe.Pointer(&object[0]))
	case "field":
		held = &holder{&other, uintptr(unsafe.Pointer(&object[0]))}
	}
}

// Overwrites the part of the stack that allocate() used: a conservative collector scans it.
//
//go:noinline
func overwrite(depth int) int {
	var words [64]int
	for i := range words {
		words[i] = depth + i
	}
	if depth == 0 {
		return words[63]
	}
	return overwrite(depth-1) + words[depth%64]
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"inUse": js.FuncOf(func(js.Value, []js.Value) interface{} { return inUse() }),
		"allocate": js.FuncOf(func(_ js.Value, args []js.Value) interface{} {
			allocate(args[0].String())
			return overwrite(16)
		}),
		"collect": js.FuncOf(func(js.Value, []js.Value) interface{} {
			runtime.GC()
			return nil
		}),
		// All globals are read, so that no compiler leaves their stores out.
		"kept": js.FuncOf(func(js.Value, []js.Value) interface{} {
			return pointer != nil || integer != 0 || held != nil && held.integer != 0
		}),
	})
	select {}
}
