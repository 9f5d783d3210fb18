/* The built-in loads as the daemon computes them: what a guest that did its work must have
 * reported. Pure. The guests hold the twins (probes/ping/guests); the expected digests are in no guest
 * and no page.
 *
 * Draws: xoshiro128** (base/rng.h) from the four words of the manifest's seeds.load.
 * mix(d, x) = (rotl32(d, 5) ^ x) × 0x9E3779B1 mod 2^32; d starts at 0x811C9DC5.
 *
 * What fills memory by the million has its top bit set, draw | 0x80000000: to a collector that takes any word for a
 * pointer if it could be one (TinyGo's conservative one), random words would else be pointers into the heap, which
 * stays below 2 GiB. What is measured is a collector's work on the load, not on chance.
 *
 * churn: init builds a ring of 100,000 linked nodes whose values are the first 100,000 draws | 0x80000000, cursor
 *   at the first. A step allocates objects until their sizes reach `step_bytes`: one draw r each,
 *   size = 64 + (r & 0x3F8) bytes (64 … 1080); the object's first byte is r & 255, its last (r >> 8) & 255 | 128;
 *   the newest 256 objects are kept reachable; d = mix(d, size ^ node.value ^ first byte of the object it
 *   replaces in that ring (0 if none)); the cursor moves on.
 * hash: init fills `hash_bytes` bytes with draws | 0x80000000, little-endian, 4 bytes each
 *   (of the last draw only what fits). Step k (0-based) writes k as
 *   little-endian u32 over the first 4 bytes, takes SHA-256 of the whole, and
 *   d = mix(d, first 4 digest bytes as little-endian u32).
 * idle: no steps; the digest stays 0x811C9DC5. */
#ifndef WASMOGRAPH_PROBE_WORKLOAD_H
#define WASMOGRAPH_PROBE_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORKLOAD_NODES = 100000, WORKLOAD_RECENT = 256 };

/* True for "idle", "churn", "hash": loads whose digest the daemon can check. */
bool workload_is_builtin(const char *load);

struct workload_result {
	uint32_t digest;
	uint64_t objects;        /* churn: objects allocated */
	uint64_t bytes;          /* churn: their sizes; hash: bytes hashed */
};

/* What `steps` steps must give. `size` is step_bytes or hash_bytes. */
struct workload_result workload_expected(const char *load, const uint32_t seed[4], size_t size,
	uint64_t steps);

#endif
