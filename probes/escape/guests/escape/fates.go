package main

// Functions with one variable each, whose fate each compiler tells by itself. None may be inlined: the disassembly is asked
// function by function.

type pair struct{ a, b int }

type shape interface{ area() int }

type square struct{ side int }

type node struct {
	next  *node
	value int
}

func (s *square) area() int { return s.side * s.side }

var (
	kept     *pair
	keptList []*pair
	keptAny  interface{}
	keptFunc func() int
	keptMap  = map[int]*pair{}
	keptChan = make(chan *pair, 8)
	keptNode *node
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

//go:noinline
func countOf(text []byte, wanted byte) int {
	count := 0
	for _, b := range text {
		if b == wanted {
			count++
		}
	}
	return count
}

//go:noinline
func raise(n *int) { *n++ }

//go:noinline
func swap(a, b *pair) { *a, *b = *b, *a }

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

//go:noinline
func stayMatrix(n int) int {
	var rows [4][4]int
	for i := range rows {
		rows[i][i] = n
	}
	return sumOf(rows[n&3][:])
}

//go:noinline
func stayHalf(n int) int {
	values := [8]int{n, 1, 2, 3, 4, 5, 6, 7}
	return sumOf(values[n&7:])
}

//go:noinline
func stayChain(n int) int { p := &pair{n, n}; q := &p; fill(*q); return use(*q) }

//go:noinline
func stayBytes(n int) int {
	var text [32]byte
	for i := range text {
		text[i] = byte(n + i)
	}
	return countOf(text[:], byte(n))
}

//go:noinline
func stayCopied(n int) int {
	from, to := [8]int{n, n}, [8]int{}
	copy(to[:], from[n&1:])
	return sumOf(to[:])
}

//go:noinline
func stayBranch(n int) int {
	p := pair{1, n}
	if n > 2 {
		fill(&p)
	}
	return use(&p)
}

//go:noinline
func stayNested(n int) int {
	p := struct{ inner pair }{pair{n, 2}}
	fill(&p.inner)
	return use(&p.inner)
}

//go:noinline
func stayOne(n int) int { m := n; raise(&m); return m }

//go:noinline
func staySwapped(n int) int { a, b := pair{n, 1}, pair{2, n}; swap(&a, &b); return use(&a) - use(&b) }

//go:noinline
func stayOfPairs(n int) int {
	pairs := [4]pair{{n, 1}, {n, 2}}
	for i := range pairs {
		fill(&pairs[i])
	}
	return use(&pairs[n&3])
}

//go:noinline
func stayPlain(n int) int { return n*n + 3 }

//go:noinline
func stayCounted(n int) int {
	sum := 0
	for i := n; i > 0; i /= 2 {
		sum += i
	}
	return sum
}

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

//go:noinline
func escapeArray(n int) *[16]int { var values [16]int; values[n&15] = n; return &values }

//go:noinline
func escapeSize(n int) []int { values := make([]int, 8); values[n&7] = n; return values }

//go:noinline
func escapeBytes(n int) []byte { text := [32]byte{byte(n)}; return text[:] }

//go:noinline
func escapeField(n int) { keptNode = &node{next: keptNode, value: n & 1} }

//go:noinline
func escapeOne(n int) *int { m := n + 1; return &m }

//go:noinline
func escapeBranch(n int) *pair {
	p := pair{n, n}
	if n > 2 {
		return &p
	}
	return kept
}

//go:noinline
func escapeOfPairs(n int) []pair { return []pair{{n, 1}, {n, 2}} }

//go:noinline
func escapeMethod(n int) { s := &square{n}; keptFunc = s.area }

//go:noinline
func escapeInner(n int) *int { p := pair{n, n}; return &p.b }

//go:noinline
func escapeTwice(n int) (*pair, *pair) { p, q := pair{n, 1}, pair{2, n}; return &p, &q }

//go:noinline
func escapeAny(n int) interface{} { return square{n} }

var total int

// All of them, so that none is left out.
func callAll(n int) int {
	total += stayLocal(n) + stayArray(n) + staySlice(n) + stayNew(n) + stayClosure(n) + stayTwo(n) + stayLoop(n) + stayMethod(n)
	total += stayMatrix(n) + stayHalf(n) + stayChain(n) + stayBytes(n) + stayCopied(n) + stayBranch(n) + stayNested(n) + stayOne(n)
	total += staySwapped(n) + stayOfPairs(n) + stayPlain(n) + stayCounted(n)
	total += use(escapeReturned(n)) + len(escapeMake(n&15)) + escapeShape(n).area() + (*escapeNested(n)).a
	total += sumOf(escapeArray(n)[:]) + sumOf(escapeSize(n)) + countOf(escapeBytes(n), 0) + *escapeOne(n) + use(&escapeOfPairs(n)[n&1])
	total += *escapeInner(n) + escapeAny(n).(square).side
	escapeGlobal(n)
	escapeSlice(n)
	escapeInterface(n)
	escapeClosure(n)
	escapeMap(n)
	escapeChannel(n)
	escapeField(n)
	total += use(escapeBranch(n)) + keptFunc() + keptNode.value
	escapeMethod(n)
	p, q := escapeTwice(n)
	return total + use(kept) + use(p) + use(q) + keptFunc()
}
