// What becomes of variables: the article's NewBuffer, and functions whose variables stay or escape. One source for the Go
// compiler and TinyGo. It sets globalThis.wasmographGuest = {buffers, local, all, sources} and stays.
package main

import (
	_ "embed"
	"runtime"
	"syscall/js"
	"unsafe"
)

// Two results that are alive at once.
var first, second []byte

func mallocs() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.Mallocs
}

// buffers(): their addresses, and the allocations that they took.
func buffers(js.Value, []js.Value) interface{} {
	before := mallocs()
	first = NewBuffer()
	second = NewBuffer()
	after := mallocs()
	return map[string]interface{}{
		"first":   float64(uintptr(unsafe.Pointer(&first[0]))),
		"second":  float64(uintptr(unsafe.Pointer(&second[0]))),
		"mallocs": float64(after - before),
	}
}

// local(): allocations of ten calls of localBuffer.
func local(js.Value, []js.Value) interface{} {
	before := mallocs()
	for i := 0; i < 10; i++ {
		total += localBuffer(i)
	}
	return float64(mallocs() - before)
}

// So that the compilers' reports, which give lines, can be read.
var (
	//go:embed fates.go
	fatesSource string
	//go:embed buffers.go
	buffersSource string
)

func sources(js.Value, []js.Value) interface{} {
	return map[string]interface{}{"fates.go": fatesSource, "buffers.go": buffersSource}
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"buffers": js.FuncOf(buffers),
		"local":   js.FuncOf(local),
		"sources": js.FuncOf(sources),
		"all":     js.FuncOf(func(_ js.Value, args []js.Value) interface{} { return callAll(args[0].Int()) }),
	})
	select {}
}
