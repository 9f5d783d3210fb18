package main

import "crypto/sha256"

// hash takes the standard library's SHA-256 of one buffer over and over: long steps without allocation.
type hash struct {
	buffer []byte
	steps  uint32
	digest uint32
}

// Writes a word little-endian, as much of it as fits.
func putWord(bytes []byte, word uint32) {
	for i := 0; i < 4 && i < len(bytes); i++ {
		bytes[i] = byte(word >> (8 * uint(i)))
	}
}

func newHash(random *xoshiro, size int) *hash {
	buffer := make([]byte, size)
	for i := 0; i < size; i += 4 {
		putWord(buffer[i:], random.nextFilling())
	}
	return &hash{buffer: buffer, digest: digestStart}
}

func (h *hash) step() {
	putWord(h.buffer, h.steps)
	h.steps++
	sum := sha256.Sum256(h.buffer)
	word := uint32(sum[0]) | uint32(sum[1])<<8 | uint32(sum[2])<<16 | uint32(sum[3])<<24
	h.digest = mix(h.digest, word)
}

func (h *hash) result() (uint32, uint64, uint64) {
	return h.digest, 0, uint64(h.steps) * uint64(len(h.buffer))
}
