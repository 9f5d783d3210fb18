//go:build !tinygo

package main

import "runtime"

// Go's spans in use hold objects of one size each: what no object takes there is free only for objects of that size.
func readHeap(stats *runtime.MemStats, _ int) map[string]interface{} {
	return map[string]interface{}{
		"alloc": float64(stats.HeapAlloc),
		"inuse": float64(stats.HeapInuse),
		"idle":  float64(stats.HeapIdle),
		"sys":   float64(stats.HeapSys),
	}
}
