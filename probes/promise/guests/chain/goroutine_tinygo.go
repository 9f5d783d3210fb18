//go:build tinygo

package main

var tasks int

// TinyGo numbers no goroutines. Each call from JavaScript starts one of its own, so that counting the calls numbers those.
func goroutineID() int {
	tasks++
	return tasks
}
