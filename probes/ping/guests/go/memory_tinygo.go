//go:build tinygo

package main

import "runtime"

// memory is what TinyGo's runtime says of its heap. It counts no collections (MemStats has neither NumGC nor
// PauseTotalNs): frees show that there were some.
type memory struct{ stats runtime.MemStats }

func readMemory() memory {
	var m memory
	runtime.ReadMemStats(&m.stats)
	return m
}

// report adds what happened since `before`.
func (m memory) report(before memory, result map[string]interface{}) {
	result["allocations"] = float64(m.stats.Mallocs - before.stats.Mallocs)
	result["frees"] = float64(m.stats.Frees - before.stats.Frees)
	result["allocated_bytes"] = float64(m.stats.TotalAlloc - before.stats.TotalAlloc)
	result["heap_bytes"] = float64(m.stats.HeapSys)
}
