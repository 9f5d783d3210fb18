package main

// Functions with one variable each, whose fate each compiler tells by itself. None may be inlined: the disassembly is asked
// function by function.

type pair struct{ a, b int }

type shape interface{ area() int }

type square struct{ side int }

func (s *square) area() int { return s.side * s.side }

var (
	kept     *pair
	keptList []*pair
	keptAny  interface{}
	keptFunc func() int
	keptMap  = map[int]*pair{}
	keptChan = make(chan *pair, 8)
)

//go:noinline
func use(p *pair) int { return p.a + p.b }

//go:noinline
func fill(p *pair) { p.a, p.b = 1, 2 }

//go:noinline
func sumOf(values []int) int {
	sum := 0
	for _, value := range values {
		sum += value
	}
	return sum
}

// Stay: nothing outlives the call.

//go:noinline
func stayLocal(n int) int { p := pair{n, n}; fill(&p); return use(&p) }

//go:noinline
func stayArray(n int) int {
	var values [16]int
	for i := range values {
		values[i] = n + i
	}
	return sumOf(values[:])
}

//go:noinline
func staySlice(n int) int {
	values := make([]int, 8)
	for i := range values {
		values[i] = n
	}
	return sumOf(values)
}

//go:noinline
func stayNew(n int) int { p := new(pair); p.a = n; return use(p) }

//go:noinline
func stayClosure(n int) int {
	add := func(m int) int { return n + m }
	return add(1) + add(2)
}

//go:noinline
func stayTwo(n int) int { p, q := pair{n, 1}, pair{2, n}; fill(&p); fill(&q); return use(&p) + use(&q) }

//go:noinline
func stayLoop(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		p := pair{i, n}
		fill(&p)
		sum += use(&p)
	}
	return sum
}

//go:noinline
func stayMethod(n int) int { s := square{n}; return s.area() }

// Escape: something of them is there after the call.

//go:noinline
func escapeReturned(n int) *pair { p := pair{n, n}; return &p }

//go:noinline
func escapeGlobal(n int) { p := pair{n, n}; kept = &p }

//go:noinline
func escapeSlice(n int) { p := pair{n, n}; keptList = append(keptList[:0], &p) }

//go:noinline
func escapeInterface(n int) { keptAny = pair{n, n} }

//go:noinline
func escapeClosure(n int) { m := n; keptFunc = func() int { m++; return m } }

//go:noinline
func escapeMap(n int) { p := pair{n, n}; keptMap[0] = &p }

//go:noinline
func escapeChannel(n int) { p := pair{n, n}; keptChan <- &p; <-keptChan }

//go:noinline
func escapeMake(n int) []int { return make([]int, n) }

//go:noinline
func escapeShape(n int) shape { return &square{n} }

//go:noinline
func escapeNested(n int) **pair { p := &pair{n, n}; return &p }

var total int

// All of them, so that none is left out.
func callAll(n int) int {
	total += stayLocal(n) + stayArray(n) + staySlice(n) + stayNew(n) + stayClosure(n) + stayTwo(n) + stayLoop(n) + stayMethod(n)
	total += use(escapeReturned(n)) + len(escapeMake(n&15)) + escapeShape(n).area() + (*escapeNested(n)).a
	escapeGlobal(n)
	escapeSlice(n)
	escapeInterface(n)
	escapeClosure(n)
	escapeMap(n)
	escapeChannel(n)
	return total + use(kept) + keptFunc()
}
