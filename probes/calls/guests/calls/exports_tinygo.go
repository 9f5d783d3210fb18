//go:build tinygo

package main

// Functions that the module exports: gc has had that since Go 1.24 only.

//export add0
func add0() int32 { return 0 }

//export add2
func add2(a, b int32) int32 { return a + b }

//export add4
func add4(a, b, c, d int32) int32 { return a + b + c + d }

//export add8
func add8(a, b, c, d, e, f, g, h int32) int32 { return a + b + c + d + e + f + g + h }
