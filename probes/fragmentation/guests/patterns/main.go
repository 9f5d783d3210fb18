// Three patterns of allocation, the same steps with either compiler: small objects that come and go, large arrays that are
// allocated by the batch, and a mixture of sizes and lifetimes. What their heaps look like afterwards is read from outside.
//
// Contents stay zero, or what no address is: TinyGo's collector takes any word for a pointer that could be one.
package main

import (
	"runtime"
	"strings"
	"syscall/js"
	"time"
)

// xorshift32 by Marsaglia: the same objects in every launch.
type random uint32

func (r *random) upTo(n int) int {
	*r ^= *r << 13
	*r ^= *r >> 17
	*r ^= *r << 5
	return int(uint32(*r) % uint32(n))
}

func (r *random) between(least, most int) int {
	return least + r.upTo(most-least+1)
}

// A number of objects that are alive; a step replaces one by another.
type slots struct {
	objects     [][]byte
	least, most int
}

func newSlots(count, least, most int) slots {
	return slots{make([][]byte, count), least, most}
}

func (s *slots) replace(i int, draws *random) {
	s.objects[i] = watched(make([]byte, draws.between(s.least, s.most)))
}

type pattern interface{ step(draws *random) }

// 20,000 objects of 16 to 256 bytes, each of which a random later one replaces.
type small struct{ alive slots }

func (p *small) step(draws *random) {
	p.alive.replace(draws.upTo(len(p.alive.objects)), draws)
}

// 24 arrays of 64 to 512 KiB, replaced by the batch.
type large struct{ batch slots }

func (p *large) step(draws *random) {
	for i := range p.batch.objects {
		p.batch.replace(i, draws)
	}
}

// Small and middling objects that come and go, and every 32nd stays for good.
type mixed struct {
	short, middling slots
	kept            [][]byte
	steps           int
}

func (p *mixed) step(draws *random) {
	p.short.replace(draws.upTo(len(p.short.objects)), draws)
	p.steps++
	if p.steps%16 == 0 {
		p.middling.replace(draws.upTo(len(p.middling.objects)), draws)
	}
	if p.steps%32 == 0 {
		p.kept = append(p.kept, make([]byte, draws.between(16, 256)))
	}
}

func newPattern(name string) pattern {
	switch name {
	case "small":
		return &small{newSlots(20000, 16, 256)}
	case "large":
		return &large{newSlots(24, 64<<10, 512<<10)}
	case "mixed":
		return &mixed{short: newSlots(10000, 16, 256), middling: newSlots(200, 1<<10, 16<<10)}
	}
	panic("there is no pattern " + name)
}

var (
	current pattern
	draws   random
	planted string

	allocated int
	lifetimes []interface{} // ms, of objects that the collector has freed
)

// Every 128th object, and each large one, tells when its finalizer runs. The collector alone decides when that is.
func watched(object []byte) []byte {
	allocated++
	if allocated%128 == 0 || len(object) >= 64<<10 {
		born := now()
		note(object, born)
		runtime.SetFinalizer(&object[0], func(*byte) {
			if len(lifetimes) < 5000 {
				lifetimes = append(lifetimes, float64(between(born, now()))/1000)
			}
		})
	}
	return object
}

// A moment in µs, of which the topmost bit is set: no address is so high. A time.Time holds words that may look like one, other
// ones in each launch, and keep what no other launch keeps.
type moment uint32

const noAddress = 1 << 31

func now() moment { return noAddress | moment(time.Now().UnixMicro()) }

// Whole µs, of less than half an hour.
func between(earlier, later moment) uint32 { return uint32(later-earlier) &^ noAddress }

var began moment

// begin(pattern)
func onBegin(_ js.Value, args []js.Value) interface{} {
	began = now()
	current = newPattern(args[0].String())
	draws = 2463534242
	// Made at run time, so that it is on the heap, and in no file in this form.
	planted = strings.Join([]string{"planted", "inside", "the", "guest"}, "~")
	return nil
}

// run(steps)
func onRun(_ js.Value, args []js.Value) interface{} {
	for i := args[0].Int(); i > 0; i-- {
		current.step(&draws)
	}
	return nil
}

func onCollect(js.Value, []js.Value) interface{} {
	runtime.GC()
	return nil
}

// heap(0)
func onHeap(_ js.Value, args []js.Value) interface{} {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	heap := readHeap(&stats, args[0].Int())
	heap["planted"] = len(planted)
	return heap
}

// births(): {now, list}: when it is, and of each object that is watched since the last call its address, what its first word
// holds, and when it was made; µs. Empty under Go's compiler, which runs finalizers.
func onBirths(js.Value, []js.Value) interface{} {
	list := births()
	return map[string]interface{}{"now": float64(between(began, now())), "list": list}
}

func onLifetimes(js.Value, []js.Value) interface{} {
	return js.ValueOf(lifetimes)
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"begin":     js.FuncOf(onBegin),
		"run":       js.FuncOf(onRun),
		"collect":   js.FuncOf(onCollect),
		"heap":      js.FuncOf(onHeap),
		"births":    js.FuncOf(onBirths),
		"lifetimes": js.FuncOf(onLifetimes),
	})
	select {}
}
