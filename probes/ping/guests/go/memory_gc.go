//go:build !tinygo

package main

import (
	"runtime"
	"runtime/metrics"
)

// memory is what the runtime of the Go compiler says of its heap and collector.
type memory struct {
	stats     runtime.MemStats
	gcSeconds float64
}

func readMemory() memory {
	var m memory
	// All of the collector's work: pauses, assists, marking in the background and when idle. There is one
	// thread, so all of it keeps the event loop waiting, and the pauses are a small part of it.
	gc := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}}
	metrics.Read(gc)
	m.gcSeconds = gc[0].Value.Float64()
	runtime.ReadMemStats(&m.stats)
	return m
}

// report adds what happened since `before`.
func (m memory) report(before memory, result map[string]interface{}) {
	result["collections"] = float64(m.stats.NumGC - before.stats.NumGC)
	result["pause_ns"] = float64(m.stats.PauseTotalNs - before.stats.PauseTotalNs)
	result["gc_ns"] = (m.gcSeconds - before.gcSeconds) * 1e9
	result["allocations"] = float64(m.stats.Mallocs - before.stats.Mallocs)
	result["allocated_bytes"] = float64(m.stats.TotalAlloc - before.stats.TotalAlloc)
	result["heap_bytes"] = float64(m.stats.HeapSys)
}
