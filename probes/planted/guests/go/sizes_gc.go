//go:build !tinygo

package main

// A full collection takes this heap of the Go compiler's some 15 ms on the machine where this was written.
const (
	liveNodes    = 400000
	garbageBytes = 4096
)
