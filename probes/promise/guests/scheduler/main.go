// Go's own trace of its scheduler, written by runtime/trace, with marks that the browser's timeline has, too.
package main

import (
	"bytes"
	"context"
	"runtime/trace"
	"strconv"
	"syscall/js"
)

var (
	performance = js.Global().Get("performance")
	written     bytes.Buffer
	turn        = make(chan int)
)

// start(): the error's text, or ""
func onStart(js.Value, []js.Value) interface{} {
	if err := trace.Start(&written); err != nil {
		return err.Error()
	}
	go func() {
		for range turn {
		}
	}()
	return ""
}

// mark(i): a moment in Go's trace between two of the browser's; then another goroutine has its turn.
func onMark(_ js.Value, args []js.Value) interface{} {
	name := strconv.Itoa(args[0].Int())
	performance.Call("mark", "before:"+name)
	trace.Log(context.Background(), "mark", name)
	performance.Call("mark", "after:"+name)
	turn <- args[0].Int()
	return nil
}

// stop(done): ends the trace, in a goroutine because that waits for others, and gives it to done.
func onStop(_ js.Value, args []js.Value) interface{} {
	done := args[0]
	go func() {
		trace.Stop()
		bytes := js.Global().Get("Uint8Array").New(written.Len())
		js.CopyBytesToJS(bytes, written.Bytes())
		done.Invoke(bytes)
	}()
	return nil
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"start": js.FuncOf(onStart),
		"mark":  js.FuncOf(onMark),
		"stop":  js.FuncOf(onStop),
	})
	select {}
}
