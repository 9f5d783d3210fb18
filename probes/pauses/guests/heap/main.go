// A live heap of linked nodes, and full collections of it: the same heap as guests/heap.js has.
package main

import (
	"runtime"
	"syscall/js"
	"time"
)

const nodeBytes = 64

// The contents stay zero: TinyGo's collector takes any word for a pointer that could be one.
type node struct {
	next *node
	rest [nodeBytes - 8]byte
}

var first *node

// build(bytes)
func onBuild(_ js.Value, args []js.Value) interface{} {
	first = nil
	for i := args[0].Int() / nodeBytes; i > 0; i-- {
		first = &node{next: first}
	}
	return nil
}

// One full collection. That the time is asked for keeps TinyGo's collections visible (docs/PROBES.md, "Instrumented builds").
func onCollect(js.Value, []js.Value) interface{} {
	start := time.Now()
	runtime.GC()
	return float64(time.Since(start)) / 1e6
}

// How many nodes are alive: that they all are.
func onCount(js.Value, []js.Value) interface{} {
	count := 0
	for at := first; at != nil; at = at.next {
		count++
	}
	return count
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"build":   js.FuncOf(onBuild),
		"collect": js.FuncOf(onCollect),
		"count":   js.FuncOf(onCount),
	})
	select {}
}
