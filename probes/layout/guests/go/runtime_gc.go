//go:build !tinygo

package main

import (
	"reflect"
	"runtime"
	"runtime/debug"
	"unsafe"
)

// Where the heap begins nobody says: the first arena's address is not the runtime's to choose.
func heapBase() uintptr { return 0 }

// Conversion to uintptr keeps a variable on the stack here.
//
//go:noinline
func localAddress() uintptr {
	var local [16]byte
	return uintptr(unsafe.Pointer(&local[0]))
}

//go:noinline
func deeper(depth int) uintptr {
	var pad [256]byte
	if depth == 0 {
		return localAddress()
	}
	pad[depth] = byte(depth)
	return deeper(depth-1) + uintptr(pad[depth+1])
}

func stackAddresses() (outer, inner uintptr) { return deeper(1), deeper(8) }

// Deep enough for a stack of any goroutine that has just begun.
const growingDepth = 1000

// A new goroutine's stack is the smallest there is, and a pointer kept as a number is not adjusted when the stack moves.
func stackVariable() (before, after uintptr) {
	done := make(chan bool)
	go func() {
		before, after = acrossGrowth()
		done <- true
	}()
	<-done
	return before, after
}

//go:noinline
func acrossGrowth() (before, after uintptr) {
	var local [16]byte
	before = uintptr(unsafe.Pointer(&local[0]))
	sum += recurse(growingDepth)
	return before, uintptr(unsafe.Pointer(&local[0]))
}

func stackBytes() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.StackInuse)
}

// SetMaxStack returns the limit that it replaces.
func stackLimit() float64 {
	limit := debug.SetMaxStack(1 << 30)
	debug.SetMaxStack(limit)
	return float64(limit)
}

// "Name kind" of each field of runtime.MemStats, and of what lies in it.
func memStatsFields() []interface{} {
	var fields []interface{}
	kind := reflect.TypeOf(runtime.MemStats{})
	for i := 0; i < kind.NumField(); i++ {
		field := kind.Field(i)
		fields = append(fields, field.Name+" "+element(field.Type).String())
	}
	return fields
}

func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Array {
		t = t.Elem()
	}
	return t
}
