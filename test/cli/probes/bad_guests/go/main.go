// Everything that a guest can do wrong, each in a function. For both compilers.
package main

import (
	"math"
	"syscall/js"
)

var (
	nothing *int
	kept    [][]byte
)

const pieceBytes = 1 << 20

func trap(js.Value, []js.Value) interface{} { return *nothing }

func hang(js.Value, []js.Value) interface{} {
	for {
	}
}

func exhaust(js.Value, []js.Value) interface{} {
	for {
		kept = append(kept, make([]byte, pieceBytes))
	}
}

// No probe can tell a wrong number from a right one, but this is none.
func lie(js.Value, []js.Value) interface{} { return math.NaN() }

func boast(js.Value, []js.Value) interface{} { return "a lot" }

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"trap":    js.FuncOf(trap),
		"hang":    js.FuncOf(hang),
		"exhaust": js.FuncOf(exhaust),
		"lie":     js.FuncOf(lie),
		"boast":   js.FuncOf(boast),
	})
	select {}
}
