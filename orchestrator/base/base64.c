#include "base/base64.h"

#include <stdint.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(const void *bytes, size_t length, char *text)
{
	const uint8_t *in = bytes;
	for (; length > 0; text += 4) {
		size_t taken = length < 3 ? length : 3;
		uint32_t group = (uint32_t)in[0] << 16;
		group |= taken > 1 ? (uint32_t)in[1] << 8 : 0;
		group |= taken > 2 ? in[2] : 0;
		text[0] = alphabet[group >> 18];
		text[1] = alphabet[group >> 12 & 63];
		text[2] = taken > 1 ? alphabet[group >> 6 & 63] : '=';
		text[3] = taken > 2 ? alphabet[group & 63] : '=';
		in += taken;
		length -= taken;
	}
	*text = '\0';
}

/* One more than the value of each character, 0 for all others. */
static const uint8_t values[256] = {
	['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
	['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, ['+'] = 63, ['/'] = 64,
};

/* The 24 bits of four characters; those beyond `count` count as zeros. −1 for a foreign one. */
static int32_t group_of(const char *text, int count)
{
	uint32_t group = 0;
	for (int i = 0; i < count; i++) {
		uint8_t value = values[(uint8_t)text[i]];
		if (value == 0)
			return -1;
		group |= (uint32_t)(value - 1) << (18 - 6 * i);
	}
	return (int32_t)group;
}

static int padding_of(const char *text, size_t length)
{
	if (length == 0 || text[length - 1] != '=')
		return 0;
	return text[length - 2] == '=' ? 2 : 1;
}

ssize_t base64_decode(const char *text, size_t length, void *out)
{
	if (length % 4 != 0)
		return -1;
	uint8_t *at = out;
	int padding = padding_of(text, length);
	for (size_t i = 0; i < length; i += 4) {
		int absent = i + 4 == length ? padding : 0;
		int32_t group = group_of(text + i, 4 - absent);
		if (group < 0 || group & ((1 << 8 * absent) - 1))
			return -1;
		*at++ = (uint8_t)(group >> 16);
		if (absent < 2)
			*at++ = (uint8_t)(group >> 8);
		if (absent < 1)
			*at++ = (uint8_t)group;
	}
	return at - (uint8_t *)out;
}
