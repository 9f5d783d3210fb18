#include "base/utf8.h"

#include <stdbool.h>

static bool continues(const unsigned char *bytes, size_t index, size_t available)
{
	return index < available && (bytes[index] & 0xC0) == 0x80;
}

/* The second byte's range is narrower after E0, ED, F0 and F4 (RFC 3629 §4). */
static bool second_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xE0: return second >= 0xA0;
	case 0xED: return second <= 0x9F;
	case 0xF0: return second >= 0x90;
	case 0xF4: return second <= 0x8F;
	}
	return true;
}

static size_t announced_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xC2)
		return 0;
	if (first < 0xE0)
		return 2;
	if (first < 0xF0)
		return 3;
	return first < 0xF5 ? 4 : 0;
}

size_t utf8_sequence(const char *text, size_t available)
{
	const unsigned char *bytes = (const unsigned char *)text;
	if (available == 0)
		return 0;
	size_t length = announced_length(bytes[0]);
	if (length < 2)
		return length;
	if (!continues(bytes, 1, available) || !second_fits(bytes[0], bytes[1]))
		return 0;
	for (size_t i = 2; i < length; i++)
		if (!continues(bytes, i, available))
			return 0;
	return length;
}

size_t utf8_whole_prefix(const char *text, size_t length)
{
	/* A sequence cut short has at most three bytes: look for its first among the last three. */
	for (size_t back = 1; back <= 3 && back <= length; back++) {
		unsigned char byte = (unsigned char)text[length - back];
		if ((byte & 0xC0) == 0x80)
			continue;
		return announced_length(byte) > back ? length - back : length;
	}
	return length;
}
