#include "trace/scan.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK = 64, LEVELS_A_WORD = 64 };

void trace_scan_begin(struct trace_scan *scan)
{
	scan->depth = 0;
	scan->in_string = scan->escaped = false;
	scan->problem = scan->problem_at = NULL;
}

static bool fail(struct trace_scan *scan, const char *problem, const char *at)
{
	scan->problem = problem;
	scan->problem_at = at;
	return false;
}

/* '[' 5B, ']' 5D, '{' 7B, '}' 7D: bit 5 tells the kind, bit 1 opening from closing. */
static inline bool is_square(char bracket)
{
	return !(bracket & 0x20);
}

static inline bool is_opening(char bracket)
{
	return bracket & 0x02;
}

/* Goes a level down or up; false when that is a problem. */
static inline bool take_bracket(struct trace_scan *scan, const char *at)
{
	bool square = is_square(*at);
	if (is_opening(*at)) {
		if (scan->depth == TRACE_DEPTH_MAX)
			return fail(scan, "values are nested too deeply", at);
		uint64_t *word = &scan->squares[scan->depth / LEVELS_A_WORD];
		uint64_t bit = UINT64_C(1) << scan->depth % LEVELS_A_WORD;
		*word = square ? *word | bit : *word & ~bit;
		scan->depth++;
		return true;
	}
	unsigned level = scan->depth - 1; /* depth is 0 only before the first byte, which opens */
	if (square != (scan->squares[level / LEVELS_A_WORD] >> level % LEVELS_A_WORD & 1))
		return fail(scan, "a bracket closes what another opened", at);
	scan->depth = level;
	return true;
}

/* One byte inside a string; true when it ended the value. */
static bool take_string_byte(struct trace_scan *scan, const char *at)
{
	if (scan->escaped) {
		scan->escaped = false;
	} else if (*at == '\\') {
		scan->escaped = true;
	} else if (*at == '"') {
		scan->in_string = false;
		return scan->depth == 0;
	} else if ((unsigned char)*at < 0x20) {
		return fail(scan, "a control byte stands in a string", at);
	}
	return false;
}

/* One byte outside strings; true when it ended the value. */
static bool take_byte(struct trace_scan *scan, const char *at)
{
	switch (*at) {
	case '"':
		scan->in_string = true;
		return false;
	case '{': case '[': case '}': case ']':
		return take_bracket(scan, at) && scan->depth == 0;
	}
	return false;
}

const char *trace_scan_value_plainly(struct trace_scan *scan, const char *at, const char *end)
{
	for (; at < end && !scan->problem; at++) {
		if (scan->in_string ? take_string_byte(scan, at) : take_byte(scan, at))
			return at + 1;
	}
	return NULL;
}

#ifdef __SSE2__

/* One bit per byte of a block. */
struct block {
	uint64_t quotes, backslashes, controls, brackets;
};

static inline uint64_t mask_at(__m128i matches, int part)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(matches) << (16 * part);
}

static inline struct block read_block(const char *at)
{
	struct block block = { 0 };
	for (int part = 0; part < BLOCK / 16; part++) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + 16 * part));
		__m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20)); /* [ ] become { } */
		block.quotes |= mask_at(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), part);
		block.backslashes |= mask_at(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')), part);
		block.controls |= mask_at(_mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes), part);
		block.brackets |= mask_at(_mm_or_si128(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')),
			_mm_cmpeq_epi8(folded, _mm_set1_epi8('}'))), part);
	}
	return block;
}

/* Bit i = parity of bits 0 … i: set from each opening quote up to, not with, its closing one. */
static inline uint64_t parity_up_to(uint64_t bits)
{
	for (int shift = 1; shift < BLOCK; shift *= 2)
		bits ^= bits << shift;
	return bits;
}

/* The brackets of a block in their order. The byte after the one that ends the value, or NULL. */
static inline const char *take_brackets(struct trace_scan *scan, const char *at, uint64_t brackets)
{
	for (; brackets; brackets &= brackets - 1) {
		const char *bracket = at + __builtin_ctzll(brackets);
		if (!take_bracket(scan, bracket))
			return NULL;
		if (scan->depth == 0)
			return bracket + 1;
	}
	return NULL;
}

/* A block inside brackets. Escapes and control bytes are rare enough to be taken byte by byte. */
static inline const char *take_block(struct trace_scan *scan, const char *at)
{
	struct block block = read_block(at);
	uint64_t strings = parity_up_to(block.quotes) ^ (scan->in_string ? ~UINT64_C(0) : 0);
	if (block.backslashes || scan->escaped || (block.controls & strings))
		return trace_scan_value_plainly(scan, at, at + BLOCK);
	scan->in_string = strings >> (BLOCK - 1);
	return take_brackets(scan, at, block.brackets & ~strings);
}

const char *trace_scan_quickly(const char *at, const char *end)
{
	uint64_t squares = 0, carry = 0; /* by level, the innermost lowest; all ones inside a string */
	unsigned depth = 0;
	for (; end - at >= BLOCK; at += BLOCK) {
		struct block block = read_block(at);
		uint64_t strings = parity_up_to(block.quotes) ^ carry;
		if (block.backslashes | (block.controls & strings))
			return NULL;
		carry = -(strings >> (BLOCK - 1));
		for (uint64_t left = block.brackets & ~strings; left; left &= left - 1) {
			const char *bracket = at + __builtin_ctzll(left);
			if (is_opening(*bracket)) {
				squares = squares << 1 | is_square(*bracket);
				if (++depth > LEVELS_A_WORD)
					return NULL;
				continue;
			}
			if ((squares & 1) != is_square(*bracket))
				return NULL;
			squares >>= 1;
			if (--depth == 0)
				return bracket + 1;
		}
	}
	return NULL;
}

static inline size_t first_special(__m128i bytes, size_t otherwise)
{
	__m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
		_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))),
		_mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes));
	int mask = _mm_movemask_epi8(found);
	return mask ? (size_t)__builtin_ctz((unsigned)mask) : otherwise;
}

/* Whole vectors of [at, end): the first special byte, or where fewer than 16 are left. */
static inline const char *skip_vectors(const char *at, const char *end)
{
	while (end - at >= 16) {
		size_t length = first_special(_mm_loadu_si128((const __m128i *)(const void *)at), 16);
		at += length;
		if (length < 16)
			break;
	}
	return at;
}

static const char *take_blocks(struct trace_scan *scan, const char **at, const char *end)
{
	while (scan->depth > 0 && !scan->problem && end - *at >= BLOCK) {
		const char *after = take_block(scan, *at);
		if (after)
			return after;
		*at += BLOCK;
	}
	return NULL;
}

#else

const char *trace_scan_quickly(const char *at, const char *end)
{
	(void)at, (void)end;
	return NULL;
}

static const char *skip_vectors(const char *at, const char *end)
{
	(void)end;
	return at;
}

static const char *take_blocks(struct trace_scan *scan, const char **at, const char *end)
{
	(void)scan, (void)at, (void)end;
	return NULL;
}

#endif

static inline bool is_special(char byte)
{
	return byte == '"' || byte == '\\' || (unsigned char)byte < 0x20;
}

const char *trace_scan_string(const char *at, const char *end)
{
	at = skip_vectors(at, end);
	while (at < end && !is_special(*at))
		at++;
	return at;
}

/* A string by itself, which may be very long. Its opening quote was taken. */
static const char *take_string(struct trace_scan *scan, const char *at, const char *end)
{
	for (; !scan->problem; at++) {
		if (!scan->escaped)
			at = trace_scan_string(at, end);
		if (at == end)
			return NULL;
		if (take_string_byte(scan, at))
			return at + 1;
	}
	return NULL;
}

const char *trace_scan_value(struct trace_scan *scan, const char *at, const char *end)
{
	if (at == end)
		return NULL;
	if (scan->depth == 0 && !scan->in_string) {
		trace_scan_value_plainly(scan, at, at + 1);
		at++;
	}
	if (scan->depth == 0)
		return take_string(scan, at, end);
	const char *after = take_blocks(scan, &at, end);
	return after ? after : trace_scan_value_plainly(scan, at, end);
}
