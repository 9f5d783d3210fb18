// Recurses on a goroutine's stack with known contents of the heap below it: for TinyGo, whose stacks have one size and lie
// on the heap.
package main

import (
	"runtime"
	"syscall/js"
	"unsafe"
)

const (
	// What TinyGo leaves on a stack of less than 32 KiB; a bigger array would go to the heap.
	frameBytes     = 256
	neighbourBytes = 4096
	// Of heap below a stack that a recursion may run through, in stacks.
	stacksBelow = 18
	// What else may lie between the last neighbour and the stack: the goroutine's own record.
	betweenBytes = 4096
	pattern      = 0x5A
	attempts     = 50
)

var (
	around [][]byte
	// Outcome of the goroutine's descent.
	wrong int
	ran   bool
)

// TinyGo's own, in src/internal/task/task_asyncify_wasm.S: a variable whose address is taken would be on the heap.
//
//export tinygo_getCurrentStackPointer
func currentStackPointer() uintptr

// descend(depth): fills a frame, goes deeper, and finds the frame as it was left. Counts what it does not find.
//
//go:noinline
func descend(depth int, yield bool) int {
	var frame [frameBytes]byte
	for i := range frame {
		frame[i] = byte(depth + i)
	}
	bad := 0
	if depth > 1 {
		bad = descend(depth-1, yield)
	} else if yield {
		runtime.Gosched()
	}
	for i := range frame {
		if frame[i] != byte(depth+i) {
			bad++
		}
	}
	return bad
}

func addressOf(b []byte) uintptr { return uintptr(unsafe.Pointer(&b[0])) }

// Fresh objects that touch each other, one above the other, as a heap gives them where it is empty.
func surround(count int) {
	around = make([][]byte, count)
	for i := range around {
		around[i] = make([]byte, neighbourBytes)
		for j := range around[i] {
			around[i][j] = pattern
		}
	}
}

// Whether all neighbours lie directly below a stack whose pointer is given.
func surrounded(pointer uintptr, stackBytes int) bool {
	last := addressOf(around[len(around)-1]) + neighbourBytes
	if pointer < last || pointer-last > uintptr(stackBytes+betweenBytes) {
		return false
	}
	return last-addressOf(around[0]) == uintptr(len(around)*neighbourBytes)
}

func onStack(depth int, yield bool, stackBytes int) {
	if surrounded(currentStackPointer(), stackBytes) {
		ran = true
		wrong = descend(depth, yield)
	}
}

// descend(depth, yield, stackBytes): on a goroutine of its own. yield: whether another gets its turn at the bottom, which
// is when TinyGo looks at its canary.
func onDescend(_ js.Value, args []js.Value) interface{} {
	depth, yield, stackBytes := args[0].Int(), args[1].Bool(), args[2].Int()
	for i := 0; i < attempts && !ran; i++ {
		surround(stacksBelow * stackBytes / neighbourBytes)
		go onStack(depth, yield, stackBytes)
		for j := 0; j < 4; j++ {
			runtime.Gosched()
		}
	}
	if !ran {
		return -1
	}
	return wrong
}

// damaged(): bytes of the neighbours that are no longer what they were.
func onDamaged(js.Value, []js.Value) interface{} {
	bad := 0
	for _, neighbour := range around {
		for _, b := range neighbour {
			if b != pattern {
				bad++
			}
		}
	}
	return bad
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"damaged": js.FuncOf(onDamaged),
		"descend": js.FuncOf(onDescend),
	})
	select {}
}
