//go:build !tinygo

package main

import (
	"bytes"
	"runtime"
	"strconv"
)

// There is no function for it: the number stands in the first line of the stack's text, "goroutine 7 [running]:".
func goroutineID() int {
	var text [64]byte
	words := bytes.Fields(text[:runtime.Stack(text[:], false)])
	id, err := strconv.Atoi(string(words[1]))
	if err != nil {
		panic("runtime.Stack tells no goroutine: " + err.Error())
	}
	return id
}
