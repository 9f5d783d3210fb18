//go:build !tinygo

package main

import "runtime"

func collections() interface{} {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.NumGC)
}
