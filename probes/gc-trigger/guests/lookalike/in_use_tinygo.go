//go:build tinygo

package main

import "runtime"

// Bytes of blocks that are not free.
func inUse() float64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapInuse)
}
