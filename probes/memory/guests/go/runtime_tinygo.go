//go:build tinygo

package main

import (
	"runtime"
	"time"
)

// Where TinyGo's allocator is asked for a size that is no multiple of its blocks.
func allocateRaw(bytes int) bool {
	kept = append(kept, make([]byte, bytes))
	return true
}

// A program that calls runtime.GC() and asks the time can have its collections counted.
func collect() {
	_ = time.Now()
	runtime.GC()
}

func stats() map[string]interface{} {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return map[string]interface{}{
		"sys":        float64(m.Sys),
		"heap_sys":   float64(m.HeapSys),
		"heap_inuse": float64(m.HeapInuse),
	}
}
