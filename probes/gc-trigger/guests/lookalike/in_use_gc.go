//go:build !tinygo

package main

import "runtime"

// Bytes of objects that are not yet swept away: after runtime.GC(), of those that it found alive.
func inUse() float64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}
