// The published annotation, word for word, and what it needs to be a program.
package main

import (
	"context"
	"runtime"
	"runtime/trace"
)

func goroutineID() uint64 {
	return runtime.GoroutineID()
}

func main() {
	ctx := context.Background()
	trace.Log(ctx, "js_promise_resolve", map[string]interface{}{
		"chain_depth": 3,
		"delay_ms":    12.7,
		"goid":        goroutineID(),
	})
}
