package main

const (
	digestStart uint32 = 0x811C9DC5
	mixFactor   uint32 = 0x9E3779B1
)

// xoshiro128** 1.1 (Blackman & Vigna), the twin of orchestrator/base/rng.h.
type xoshiro [4]uint32

func rotl(x uint32, bits uint) uint32 { return x<<bits | x>>(32-bits) }

func (s *xoshiro) next() uint32 {
	result := rotl(s[1]*5, 7) * 9
	t := s[1] << 9
	s[2] ^= s[0]
	s[3] ^= s[1]
	s[1] ^= s[2]
	s[0] ^= s[3]
	s[2] ^= t
	s[3] = rotl(s[3], 11)
	return result
}

// nextFilling is a draw that no collector takes for a pointer: the heap stays below 2 GiB.
func (s *xoshiro) nextFilling() uint32 { return s.next() | 0x80000000 }

func mix(digest, x uint32) uint32 { return (rotl(digest, 5) ^ x) * mixFactor }
