//go:build tinygo

package main

import (
	"runtime"
	"unsafe"
)

// What was watched since births() was last called: addresses with their bits turned round, for the same reason.
var noted []struct {
	turned, first uint32
	born          moment
}

// Whether the object is still there can be seen from outside, by its block's state and its first word.
func note(object []byte, born moment) {
	first := (*uint32)(unsafe.Pointer(&object[0]))
	*first = noAddress | uint32(allocated)
	noted = append(noted, struct {
		turned, first uint32
		born          moment
	}{^uint32(uintptr(unsafe.Pointer(first))), *first, born})
}

func births() []interface{} {
	list := make([]interface{}, 0, 3*len(noted))
	for _, one := range noted {
		list = append(list, float64(^one.turned), float64(one.first), float64(between(began, one.born)))
	}
	noted = noted[:0]
	return list
}

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
