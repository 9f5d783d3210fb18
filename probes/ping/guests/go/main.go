// The guest of probe ping in Go: one source for the Go compiler and for TinyGo. It sets
// globalThis.wasmographGuest = {init, step, result, answer} (docs/PROBES.md, "Guests") and stays.
//
// The loads are defined in orchestrator/probe/workload.h. Everything that is not the load itself is in init:
// a step only allocates, or hashes, what its definition says.
package main

import (
	"runtime"
	"syscall/js"
	"time"
)

// A load is set up once, then stepped.
type load interface {
	step()
	// What was done so far: the digest, objects allocated, bytes allocated or hashed.
	result() (digest uint32, objects, bytes uint64)
}

type idle struct{}

func (idle) step() {}

func (idle) result() (uint32, uint64, uint64) { return digestStart, 0, 0 }

var (
	current load = idle{}
	steps   uint64
	before  memory
)

func newLoad(name string, random *xoshiro, size int) load {
	switch name {
	case "idle":
		return idle{}
	case "churn":
		return newChurn(random, size)
	case "hash":
		return newHash(random, size)
	}
	panic("guest ping does not know the load " + name)
}

// init(load, w0, w1, w2, w3, size). The words come as floats: TinyGo's int has 32 bits and a sign.
func onInit(_ js.Value, args []js.Value) interface{} {
	var random xoshiro
	for i := range random {
		random[i] = uint32(args[1+i].Float())
	}
	current = newLoad(args[0].String(), &random, args[5].Int())
	steps = 0
	before = readMemory()
	return nil
}

func onStep(js.Value, []js.Value) interface{} {
	current.step()
	steps++
	return nil
}

// Reading the memory statistics stops the world, so it is done here and never in a step.
func onResult(js.Value, []js.Value) interface{} {
	digest, objects, bytes := current.result()
	result := map[string]interface{}{
		"steps":   float64(steps),
		"digest":  float64(digest),
		"objects": float64(objects),
		"bytes":   float64(bytes),
	}
	readMemory().report(before, result)
	return result
}

// A full collection now, and how long it took by the guest's own clock, ms. No load calls it; tests and tools do. That it
// is here also keeps TinyGo's collector a function of its own, which is what makes its collections visible
// (docs/PROBES.md, "Instrumented builds").
func onCollect(js.Value, []js.Value) interface{} {
	start := time.Now()
	runtime.GC()
	return float64(time.Since(start)) / 1e6
}

// answer(index, reply): the guest's own callback replies, where the guest is the responder.
func onAnswer(_ js.Value, args []js.Value) interface{} {
	args[1].Invoke(args[0])
	return nil
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"init":    js.FuncOf(onInit),
		"step":    js.FuncOf(onStep),
		"answer":  js.FuncOf(onAnswer),
		"result":  js.FuncOf(onResult),
		"collect": js.FuncOf(onCollect),
	})
	select {}
}
