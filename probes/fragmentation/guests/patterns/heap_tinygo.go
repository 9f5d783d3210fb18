//go:build tinygo

package main

import (
	"runtime"
	"unsafe"
)

//go:extern __heap_base
var heapBase [0]byte

// Where TinyGo's blocks begin: their states are read from outside (blocks.js). Its own account is there to check that.
//
// zero is 0, which the compiler must not know: LLVM cannot make a number of an address while linking.
func readHeap(stats *runtime.MemStats, zero int) map[string]interface{} {
	return map[string]interface{}{
		"base":  float64(uintptr(unsafe.Pointer(&heapBase)) + uintptr(zero)),
		"inuse": float64(stats.HeapInuse),
		"idle":  float64(stats.HeapIdle),
		"sys":   float64(stats.HeapSys),
	}
}
