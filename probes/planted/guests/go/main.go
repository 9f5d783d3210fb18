// The guest of probe planted in Go: one source for the Go compiler and for TinyGo. Its only load is idle; beside what every
// guest offers (docs/PROBES.md, "Guests") it works, collects or allocates for as long as it is asked to.
package main

import (
	"runtime"
	"syscall/js"
	"time"
)

// The digest of no work (docs/PROBES.md, "The built-in loads").
const digestStart = 0x811C9DC5

type node struct {
	next  *node
	value [6]uint32
}

var (
	// Alive all the time, so that a collection has something to look at.
	live *node
	// The newest of what allocateFor makes.
	kept [256][]byte
	// What workFor comes to, so that no compiler leaves it out.
	sum uint32
)

func onInit(js.Value, []js.Value) interface{} {
	for i := 0; i < liveNodes; i++ {
		live = &node{next: live}
	}
	return nil
}

func onStep(js.Value, []js.Value) interface{} { return nil }

func onResult(js.Value, []js.Value) interface{} {
	return map[string]interface{}{"steps": float64(0), "digest": float64(digestStart)}
}

func endOf(args []js.Value) time.Time {
	return time.Now().Add(time.Duration(args[0].Float() * float64(time.Millisecond)))
}

// workFor(ms): computes without allocating.
func onWorkFor(_ js.Value, args []js.Value) interface{} {
	for end := endOf(args); time.Now().Before(end); {
		for i := uint32(0); i < 20000; i++ {
			sum = sum*31 + i
		}
	}
	return nil
}

// collectFor(ms): one collection after the other, one at least.
func onCollectFor(_ js.Value, args []js.Value) interface{} {
	end := endOf(args)
	runtime.GC()
	for time.Now().Before(end) {
		runtime.GC()
	}
	return nil
}

// allocateFor(ms): garbage, of which the newest is kept.
func onAllocateFor(_ js.Value, args []js.Value) interface{} {
	end := endOf(args)
	for i := 0; i%64 != 0 || time.Now().Before(end); i++ {
		kept[i%len(kept)] = make([]byte, garbageBytes)
	}
	return nil
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"init":        js.FuncOf(onInit),
		"step":        js.FuncOf(onStep),
		"result":      js.FuncOf(onResult),
		"workFor":     js.FuncOf(onWorkFor),
		"collectFor":  js.FuncOf(onCollectFor),
		"allocateFor": js.FuncOf(onAllocateFor),
	})
	select {}
}
