//go:build !tinygo

package main

import (
	"runtime"
	"unsafe"
)

// Go's own way to the system's memory on wasm: runtime/mem_sbrk.go.
//
//go:linkname sysAlloc runtime.sysAlloc
func sysAlloc(bytes uintptr, sysStat *uint64) unsafe.Pointer

var rawBytes uint64

func allocateRaw(bytes int) bool {
	return sysAlloc(uintptr(bytes), &rawBytes) != nil
}

// Twice: what the first collection finds unreachable may have waited for its finalizer or its sweep.
func collect() {
	runtime.GC()
	runtime.GC()
}

func stats() map[string]interface{} {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return map[string]interface{}{
		"sys":        float64(m.Sys),
		"heap_sys":   float64(m.HeapSys),
		"heap_inuse": float64(m.HeapInuse),
		"heap_alloc": float64(m.HeapAlloc),
	}
}
