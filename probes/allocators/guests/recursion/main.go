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
	// Room for a goroutine's record, and not for a neighbour.
	holeBytes = 256
	// Of heap below a stack that a recursion may run through, in stacks.
	stacksBelow = 18
	// What else may lie between the last neighbour and the stack: the goroutine's own record.
	betweenBytes = 4096
	pattern      = 0x5A
	attempts     = 50
)

var (
	around [][]byte
	fill   *filler
	// Outcome of the goroutine's descent.
	wrong int
	ran   bool
)

type filler struct {
	next *filler
	_    [holeBytes - 8]byte
}

// TinyGo's own, in src/internal/task/task_asyncify_wasm.S: a variable whose address is taken would be on the heap.
//
//export tinygo_getCurrentStackPointer
func currentStackPointer() uintptr

// The running goroutine's record, which says where its stack is.
//
//go:linkname currentTask internal/task.Current
func currentTask() unsafe.Pointer

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

func neighbour() []byte {
	b := make([]byte, neighbourBytes)
	for i := range b {
		b[i] = pattern
	}
	return b
}

// Fresh objects that touch each other, one above the other, as a heap gives them where it is empty.
func surround(count int) {
	around = make([][]byte, count)
	for i := range around {
		around[i] = neighbour()
	}
}

// The same with a hole below each, and the allocator's search standing at the first: what is small goes into a hole, and a
// stack behind the last, as in a heap that has been in use.
//
// The collector takes for a pointer what is left of one on the stack: what is given up leads to nothing else.
func surroundWithHoles(count int) {
	around = make([][]byte, count)
	holes := make([][]byte, count)
	for i := range around {
		holes[i] = make([]byte, holeBytes)
		around[i] = neighbour()
	}
	first, last := addressOf(around[0]), addressOf(around[count-1])
	for i := range holes {
		holes[i] = nil
	}
	runtime.GC()
	// The search goes on where it last found something, to the heap's end, and then from its beginning.
	for at := uintptr(0); at < first || at > last; at = uintptr(unsafe.Pointer(fill)) {
		fill = &filler{next: fill}
	}
	for fill != nil {
		fill, fill.next = fill.next, nil
	}
	runtime.GC()
}

// Whether all neighbours lie directly below a stack whose pointer is given, and its goroutine's record between them and it,
// or further down.
func surrounded(pointer uintptr, stackBytes int, apart bool) bool {
	first, last := addressOf(around[0]), addressOf(around[len(around)-1])
	end := last + neighbourBytes
	if pointer < end || pointer-end > uintptr(stackBytes+betweenBytes) {
		return false
	}
	step := uintptr(neighbourBytes)
	if apart {
		step += holeBytes
	}
	record := uintptr(currentTask())
	between := record > last && record < pointer
	return last-first == uintptr(len(around)-1)*step && between != apart
}

func onStack(depth int, yield bool, stackBytes int, apart bool) {
	if surrounded(currentStackPointer(), stackBytes, apart) {
		ran = true
		wrong = descend(depth, yield)
	}
}

// descend(depth, yield, stackBytes, apart): on a goroutine of its own. yield: whether another gets its turn at the bottom,
// which is when TinyGo looks at its canary. apart: whether the goroutine's record lies elsewhere than below its stack.
func onDescend(_ js.Value, args []js.Value) interface{} {
	depth, yield, stackBytes, apart := args[0].Int(), args[1].Bool(), args[2].Int(), args[3].Bool()
	for i := 0; i < attempts && !ran; i++ {
		if apart {
			surroundWithHoles(stacksBelow * stackBytes / neighbourBytes)
		} else {
			surround(stacksBelow * stackBytes / neighbourBytes)
		}
		go onStack(depth, yield, stackBytes, apart)
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
