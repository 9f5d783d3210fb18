// The guest of probe layout: tells where its stacks, its data and its heap are. One source for both compilers; what only one
// runtime offers stands in a file of its own.
package main

import (
	"runtime"
	"syscall/js"
	"time"
	"unsafe"
)

const (
	bufferBytes = 1024
	frameBytes  = 4096
)

var (
	// In the data segment: it has a value that is not zero.
	initialised = [64]byte{1, 2, 3, 4, 5, 6, 7, 8}
	// Objects whose addresses are looked at twice; garbage between them makes holes that a moving collector would close.
	held    [][]byte
	garbage []byte
	sum     int
)

// The article's function of section 2.2.
//
//go:noinline
func NewBuffer() []byte {
	return make([]byte, bufferBytes)
}

// The lowest and the highest of many objects of all sizes, which stay alive.
func heapRange() (low, high uintptr) {
	for i := 0; i < 1000; i++ {
		object := make([]byte, 16+i*4)
		held = append(held, object)
		if at := addressOf(object); i == 0 || at < low {
			low = at
		}
		if at := addressOf(object); at > high {
			high = at
		}
	}
	return low, high
}

// stack(): where a caller's and a callee's frames are, and where objects of the heap.
func onStack(js.Value, []js.Value) interface{} {
	outer, inner := stackAddresses()
	low, high := heapRange()
	return map[string]interface{}{"outer": int(outer), "inner": int(inner), "heapLow": int(low), "heapHigh": int(high)}
}

// growth(): the address of a variable before and after its goroutine's stack has grown.
func onGrowth(js.Value, []js.Value) interface{} {
	before, after := stackVariable()
	return map[string]interface{}{"before": int(before), "after": int(after)}
}

func addressOf(b []byte) uintptr { return uintptr(unsafe.Pointer(&b[0])) }

// buffers(): two results of NewBuffer that live at once.
func onBuffers(js.Value, []js.Value) interface{} {
	a, b := NewBuffer(), NewBuffer()
	held = append(held, a, b)
	return map[string]interface{}{"first": int(addressOf(a)), "second": int(addressOf(b)),
		"heap": int(heapBase()), "data": int(uintptr(unsafe.Pointer(&initialised[0])))}
}

// hold(n): objects of which every second one is garbage at once.
func onHold(_ js.Value, args []js.Value) interface{} {
	for i := args[0].Int(); i > 0; i-- {
		held = append(held, make([]byte, 64+i%512))
		garbage = make([]byte, 64+i%512)
	}
	return nil
}

// addresses(): one number for all of them.
func onAddresses(js.Value, []js.Value) interface{} {
	digest := uint64(14695981039346656037)
	for _, b := range held {
		digest = (digest ^ uint64(addressOf(b))) * 1099511628211
	}
	return float64(digest >> 12)
}

// collect(n): full collections with garbage between them.
func onCollect(_ js.Value, args []js.Value) interface{} {
	for i := args[0].Int(); i > 0; i-- {
		garbage = make([]byte, 1<<16)
		runtime.GC()
	}
	return nil
}

// dirty(bytes): garbage, 1 KiB at a time, made by NewBuffer.
func onDirty(_ js.Value, args []js.Value) interface{} {
	for n := args[0].Int(); n > 0; n -= bufferBytes {
		garbage = NewBuffer()
	}
	_ = time.Now()
	return nil
}

// switches(n): two goroutines take turns n times.
func onSwitches(_ js.Value, args []js.Value) interface{} {
	n := args[0].Int()
	done := make(chan bool)
	for g := 0; g < 2; g++ {
		go func() {
			for i := 0; i < n; i++ {
				sum++
				runtime.Gosched()
			}
			done <- true
		}()
	}
	<-done
	<-done
	return sum
}

// goroutines(n): starts goroutines that wait for ever.
func onGoroutines(_ js.Value, args []js.Value) interface{} {
	never := make(chan bool)
	for i := args[0].Int(); i > 0; i-- {
		go func() { <-never }()
	}
	for i := 0; i < 10; i++ {
		runtime.Gosched()
	}
	return stackBytes()
}

// recurse(depth): frames of two words or so.
//
//go:noinline
func recurse(depth int) int {
	if depth == 0 {
		return 0
	}
	return recurse(depth-1) + 1
}

// recurseWide(depth): frames of 4 KiB.
//
//go:noinline
func recurseWide(depth int) int {
	var frame [frameBytes]byte
	frame[depth%frameBytes] = byte(depth)
	if depth == 0 {
		return 0
	}
	below := recurseWide(depth - 1)
	return below + 1 + int(frame[(depth+1)%frameBytes])
}

func onRecurse(_ js.Value, args []js.Value) interface{}     { return recurse(args[0].Int()) }
func onRecurseWide(_ js.Value, args []js.Value) interface{} { return recurseWide(args[0].Int()) }

func onFields(js.Value, []js.Value) interface{} { return memStatsFields() }
func onLimit(js.Value, []js.Value) interface{}  { return stackLimit() }

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"buffers":     js.FuncOf(onBuffers),
		"hold":        js.FuncOf(onHold),
		"addresses":   js.FuncOf(onAddresses),
		"collect":     js.FuncOf(onCollect),
		"dirty":       js.FuncOf(onDirty),
		"switches":    js.FuncOf(onSwitches),
		"goroutines":  js.FuncOf(onGoroutines),
		"recurse":     js.FuncOf(onRecurse),
		"recurseWide": js.FuncOf(onRecurseWide),
		"stack":       js.FuncOf(onStack),
		"growth":      js.FuncOf(onGrowth),
		"fields":      js.FuncOf(onFields),
		"limit":       js.FuncOf(onLimit),
	})
	select {}
}
