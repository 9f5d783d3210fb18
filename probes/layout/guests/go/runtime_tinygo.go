//go:build tinygo

package main

import (
	"runtime"
	"unsafe"
)

//go:extern __heap_base
var heapBaseSymbol [0]byte

func heapBase() uintptr { return uintptr(unsafe.Pointer(&heapBaseSymbol)) }

// TinyGo's own, in src/internal/task/task_asyncify_wasm.S: a variable whose address is taken would be on the heap.
//
//export tinygo_getCurrentStackPointer
func currentStackPointer() uintptr

//go:noinline
func deeper(depth int) uintptr {
	var pad [256]byte
	if depth == 0 {
		return currentStackPointer()
	}
	pad[depth] = byte(depth)
	return deeper(depth-1) + uintptr(pad[depth+1])
}

func stackAddresses() (outer, inner uintptr) { return deeper(1), deeper(8) }

// Stacks never grow here, and a variable whose address is taken is on the heap.
func stackVariable() (before, after uintptr) { return 0, 0 }

// Stacks are objects of the heap like others.
func stackBytes() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.TotalAlloc)
}

func stackLimit() float64 { return 0 }

func memStatsFields() []interface{} { return nil }
