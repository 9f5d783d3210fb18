// What becomes of variables: the article's NewBuffer, and functions whose variables stay or escape. One source for the Go compiler
// and TinyGo. It sets globalThis.wasmographGuest = {buffers, local, all, source}
// and stays.
package main

import (
	_ "embed"
	"runtime"
	"syscall/js"
	"unsafe"
)

// NewBuffer is the article's.
//
//go:noinline
func NewBuffer() []byte {
	return make([]byte, 1024)
}

//go:noinline
func touch(buffer []byte, n int) int {
	for i := range buffer {
		buffer[i] = byte(n)
	}
	return int(buffer[n&1023])
}

// The same array, that does not outlive its function.
//
//go:noinline
func localBuffer(n int) int {
	buffer := make([]byte, 1024)
	return touch(buffer, n)
}

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

// Of the functions with fates, so that the compilers' reports, which give lines, can be read.
//
//go:embed fates.go
var source string

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"buffers": js.FuncOf(buffers),
		"local":   js.FuncOf(local),
		"source":  js.FuncOf(func(js.Value, []js.Value) interface{} { return source }),
		"all":     js.FuncOf(func(_ js.Value, args []js.Value) interface{} { return callAll(args[0].Int()) }),
	})
	select {}
}
