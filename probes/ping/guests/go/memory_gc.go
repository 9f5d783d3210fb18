//go:build !tinygo

package main

import "runtime"

// memory is what the runtime of the Go compiler says of its heap.
type memory struct{ stats runtime.MemStats }

func readMemory() memory {
	var m memory
	runtime.ReadMemStats(&m.stats)
	return m
}

// report adds what happened since `before`.
func (m memory) report(before memory, result map[string]interface{}) {
	result["collections"] = float64(m.stats.NumGC - before.stats.NumGC)
	result["pause_ns"] = float64(m.stats.PauseTotalNs - before.stats.PauseTotalNs)
	result["allocations"] = float64(m.stats.Mallocs - before.stats.Mallocs)
	result["allocated_bytes"] = float64(m.stats.TotalAlloc - before.stats.TotalAlloc)
	result["heap_bytes"] = float64(m.stats.HeapSys)
}
