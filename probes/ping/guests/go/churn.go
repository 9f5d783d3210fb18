package main

const (
	nodes  = 100000
	recent = 256
)

type node struct {
	next  *node
	value uint32
}

// churn allocates beside a live heap of linked nodes, which a collector must walk each time.
type churn struct {
	random         *xoshiro
	cursor         *node
	newest         [recent][]byte
	stepBytes      uint64
	objects, bytes uint64
	digest         uint32
}

// Each node is an allocation of its own: one slice of nodes would be a single object to the collector.
func newRing(random *xoshiro) *node {
	first := &node{value: random.nextFilling()}
	last := first
	for i := 1; i < nodes; i++ {
		last.next = &node{value: random.nextFilling()}
		last = last.next
	}
	last.next = first
	return first
}

func newChurn(random *xoshiro, stepBytes int) *churn {
	return &churn{random: random, cursor: newRing(random), stepBytes: uint64(stepBytes), digest: digestStart}
}

func (c *churn) allocate() {
	draw := c.random.next()
	size := 64 + draw&0x3F8
	object := make([]byte, size)
	object[0] = byte(draw)
	object[size-1] = byte(draw>>8) | 128
	slot := &c.newest[c.objects%recent]
	var replaced uint32
	if *slot != nil {
		replaced = uint32((*slot)[0])
	}
	*slot = object
	c.digest = mix(c.digest, size^c.cursor.value^replaced)
	c.cursor = c.cursor.next
	c.objects++
	c.bytes += uint64(size)
}

func (c *churn) step() {
	for start := c.bytes; c.bytes-start < c.stepBytes; {
		c.allocate()
	}
}

func (c *churn) result() (uint32, uint64, uint64) { return c.digest, c.objects, c.bytes }
