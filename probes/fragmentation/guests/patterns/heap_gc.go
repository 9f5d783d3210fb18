//go:build !tinygo

package main

import "runtime"

func note([]byte, moment) {}

func births() []interface{} { return []interface{}{} }

// Go's spans in use hold objects of one size each: what no object takes there is free only for objects of that size. classes
// are the sizes, and how many objects there are of each.
func readHeap(stats *runtime.MemStats, _ int) map[string]interface{} {
	classes := []interface{}{}
	for _, class := range stats.BySize {
		if live := class.Mallocs - class.Frees; live > 0 {
			classes = append(classes, []interface{}{class.Size, float64(live)})
		}
	}
	return map[string]interface{}{
		"alloc":   float64(stats.HeapAlloc),
		"inuse":   float64(stats.HeapInuse),
		"idle":    float64(stats.HeapIdle),
		"sys":     float64(stats.HeapSys),
		"classes": classes,
	}
}
