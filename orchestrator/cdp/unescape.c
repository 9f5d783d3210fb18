#include "cdp/unescape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"

struct work {
	const char *in, *in_end;
	char *out, *out_end;
	struct err *err;
};

static int invalid(const struct work *work, const char *what)
{
	return err_set(work->err, ERR_INVALID, "the browser sent a text with %s", what);
}

static int write_bytes(struct work *work, const char *bytes, size_t length)
{
	if ((size_t)(work->out_end - work->out) < length)
		return err_set(work->err, ERR_TOO_LARGE, "the browser sent more at once than was asked for");
	memcpy(work->out, bytes, length);
	work->out += length;
	return 0;
}

/* ASCII other than quote, backslash and control characters: stands for itself. */
static bool is_plain(char byte)
{
	return (signed char)byte >= ' ' && byte != '"' && byte != '\\';
}

/* A trace is JSON itself, so every sixth byte or so is a backslash: runs are short, and finding
 * their end by sixteen bytes at once doubles the speed (1.3 instead of 0.66 GB/s). */
static void copy_plain(struct work *work)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');
	while (work->in_end - work->in >= 16 && work->out_end - work->out >= 16) {
		__m128i block = _mm_loadu_si128((const __m128i *)(const void *)work->in);
		_mm_storeu_si128((__m128i *)(void *)work->out, block);
		/* Bytes from 0x80 on are negative: less than a space, too. */
		__m128i other = _mm_or_si128(_mm_cmplt_epi8(block, space),
			_mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)));
		int mask = _mm_movemask_epi8(other);
		int length = mask ? __builtin_ctz((unsigned)mask) : 16;
		work->in += length;
		work->out += length;
		if (mask)
			return;
	}
#endif
	while (work->in < work->in_end && work->out < work->out_end && is_plain(*work->in))
		*work->out++ = *work->in++;
}

static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	char lower = (char)(digit | 0x20);
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The number in \uXXXX at `at`; −1 when that is none. */
static int32_t read_unit(const char *at, const char *end)
{
	if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
		return -1;
	int32_t unit = 0;
	for (int i = 2; i < 6; i++) {
		int value = hex_value(at[i]);
		if (value < 0)
			return -1;
		unit = unit << 4 | value;
	}
	return unit;
}

static int write_character(struct work *work, uint32_t character)
{
	char bytes[4];
	size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
	static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	for (size_t i = length - 1; i > 0; i--) {
		bytes[i] = (char)(0x80 | (character & 0x3f));
		character >>= 6;
	}
	bytes[0] = (char)(leads[length] | character);
	return write_bytes(work, bytes, length);
}

/* \uXXXX, and its partner if it is half of a pair (RFC 8259 §7). */
static int copy_unicode(struct work *work)
{
	int32_t unit = read_unit(work->in, work->in_end);
	if (unit < 0)
		return invalid(work, "a \\u that is followed by no four digits");
	work->in += 6;
	if (unit < 0xd800 || unit > 0xdfff)
		return write_character(work, (uint32_t)unit);
	int32_t low = read_unit(work->in, work->in_end);
	if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return write_character(work, 0xfffd);
	work->in += 6;
	return write_character(work, 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00));
}

static int copy_escape(struct work *work)
{
	static const char meanings[256] = {['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b',
		['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
	if (work->in_end - work->in < 2)
		return invalid(work, "a backslash at its end");
	char letter = work->in[1], meaning = meanings[(uint8_t)letter];
	if (letter == 'u')
		return copy_unicode(work);
	if (!meaning)
		return invalid(work, "an escape that JSON does not know");
	work->in += 2;
	return write_bytes(work, &meaning, 1);
}

static int copy_utf8(struct work *work)
{
	size_t length = utf8_sequence(work->in, (size_t)(work->in_end - work->in));
	if (length < 2)
		return invalid(work, length ? "a control character" : "bytes that are no UTF-8");
	if (write_bytes(work, work->in, length) < 0)
		return -1;
	work->in += length;
	return 0;
}

/* What ended a run of plain bytes, if it was not the closing quote. */
static int copy_other(struct work *work)
{
	if (*work->in == '\\')
		return copy_escape(work);
	if (is_plain(*work->in)) /* then there was no room */
		return write_bytes(work, work->in, 1);
	return copy_utf8(work);
}

ssize_t cdp_unescape(const char **at, const char *end, char *out, size_t room, struct err *err)
{
	struct work work = {*at, end, out, out + room, err};
	for (;;) {
		copy_plain(&work);
		if (work.in == end)
			return invalid(&work, "no end");
		if (*work.in == '"')
			break;
		if (copy_other(&work) < 0)
			return -1;
	}
	*at = work.in + 1;
	return work.out - out;
}
