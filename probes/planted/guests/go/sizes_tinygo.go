//go:build tinygo

package main

// TinyGo's collector marks slowly, and looks at each block of the heap.
const (
	liveNodes    = 60000
	garbageBytes = 4096
)
