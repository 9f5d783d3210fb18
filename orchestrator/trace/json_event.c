#include "trace/json_event.h"

#include <math.h>
#include <string.h>

#include "trace/value.h"

/* A key of up to 8 bytes as one word, its first byte lowest: comparing keys is comparing words. */
#define KEY(a, b, c, d) ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24)
#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

enum {
	WORD_SIZE = 8,
	NUMBER_ROOM = 20,  /* bytes that the quick way of reading a number may look at */
	DIGITS_MAX = 18,   /* so many always fit an int64_t */
};

static inline uint64_t load_word(const char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

/* A bit set in the lowest byte of `word` that equals `byte` (those above may be wrong). */
static inline uint64_t find_byte(uint64_t word, unsigned char byte)
{
	uint64_t zero = word ^ EACH_BYTE(byte);
	return (zero - EACH_BYTE(1)) & ~zero & EACH_BYTE(0x80);
}

/* Not 0 when a byte is below 0x20. */
static inline uint64_t find_control(uint64_t word)
{
	return (word - EACH_BYTE(0x20)) & ~word & EACH_BYTE(0x80);
}

/* Any key, escaped ones too; those that are longer than a word are none of ours. */
static bool read_key_slowly(struct trace_json *json, uint64_t *key)
{
	struct trace_text text;
	char word[WORD_SIZE + 1] = { 0 };
	if (!trace_json_key(json, &text))
		return false;
	*key = trace_text_copy(&text, word, sizeof word) <= WORD_SIZE ? load_word(word) : 0;
	return true;
}

/* A key of at most 7 bytes with the colon right after it, as Chromium writes them. */
static inline bool read_key(struct trace_json *json, uint64_t *key)
{
	if (json->end - json->at < WORD_SIZE + 2 || *json->at != '"')
		return read_key_slowly(json, key);
	uint64_t word = load_word(json->at + 1);
	uint64_t quote = find_byte(word, '"');
	if (!quote || find_byte(word, '\\') || find_control(word))
		return read_key_slowly(json, key);
	unsigned length = (unsigned)__builtin_ctzll(quote) / 8;
	if (json->at[length + 2] != ':')
		return read_key_slowly(json, key);
	json->at += length + 3;
	*key = length ? word << (64 - 8 * length) >> (64 - 8 * length) : 0;
	return true;
}

/* Whole numbers of ordinary length. False: nothing was read. */
static inline bool read_quick_integer(struct trace_json *json, int64_t *out)
{
	if (json->end - json->at < NUMBER_ROOM)
		return false;
	const char *at = json->at;
	bool negative = *at == '-';
	const char *first = at += negative;
	uint64_t sum = 0;
	unsigned digit;
	while ((digit = (unsigned char)*at - '0') < 10 && at - first < DIGITS_MAX) {
		sum = sum * 10 + digit;
		at++;
	}
	bool whole = *at == ',' || *at == '}';
	if (!whole || at == first || (*first == '0' && at - first > 1))
		return false;
	json->at = at;
	*out = negative ? -(int64_t)sum : (int64_t)sum;
	return true;
}

static bool read_integer(struct trace_json *json, int64_t *out)
{
	struct trace_value value;
	if (read_quick_integer(json, out))
		return true;
	if (!trace_json_value(json, &value))
		return false;
	trace_value_integer(&value, out);
	return true;
}

/* Fractions are rare, and whole numbers may be negative ones that were written as unsigned. */
static bool read_number(struct trace_json *json, double *out, double absent)
{
	struct trace_value value;
	int64_t whole;
	if (read_quick_integer(json, &whole)) {
		*out = (double)whole;
		return true;
	}
	if (!trace_json_value(json, &value))
		return false;
	*out = trace_value_integer(&value, &whole) ? (double)whole : trace_value_number(&value);
	if (isnan(*out))
		*out = absent;
	return true;
}

static bool read_text(struct trace_json *json, struct trace_text *out)
{
	struct trace_value value;
	if (*json->at == '"')
		return trace_json_string(json, out);
	*out = (struct trace_text){ "", 0, false };
	return trace_json_value(json, &value);
}

static bool read_phase(struct trace_json *json, char *phase)
{
	struct trace_text text;
	if (!read_text(json, &text))
		return false;
	*phase = text.length == 1 ? text.bytes[0] : '\0';
	return true;
}

static inline bool read_member(struct trace_json *json, uint64_t key, struct trace_event *event)
{
	struct trace_value unknown;
	switch (key) {
	case KEY('a', 'r', 'g', 's'): return trace_json_value(json, &event->args);
	case KEY('c', 'a', 't', 0): return read_text(json, &event->category);
	case KEY('d', 'u', 'r', 0): return read_number(json, &event->dur_us, 0);
	case KEY('i', 'd', 0, 0): return trace_json_value(json, &event->id);
	case KEY('i', 'd', '2', 0): return trace_json_value(json, &event->id2);
	case KEY('n', 'a', 'm', 'e'): return read_text(json, &event->name);
	case KEY('p', 'h', 0, 0): return read_phase(json, &event->phase);
	case KEY('p', 'i', 'd', 0): return read_integer(json, &event->pid);
	case KEY('t', 'd', 'u', 'r'): return read_number(json, &event->tdur_us, 0);
	case KEY('t', 'i', 'd', 0): return read_integer(json, &event->tid);
	case KEY('t', 's', 0, 0): return read_number(json, &event->ts_us, NAN);
	case KEY('t', 't', 's', 0): return read_number(json, &event->tts_us, NAN);
	}
	return trace_json_value(json, &unknown);
}

/* The comma or brace after a member: 1 another member follows, 0 the event ends, -1 as false. */
static inline int read_separator(struct trace_json *json)
{
	if (!trace_json_space(json))
		return -1;
	char byte = *json->at;
	if (byte != ',' && byte != '}') {
		trace_json_fail(json, "',' or '}' is expected");
		return -1;
	}
	json->at++;
	return byte == ',';
}

bool trace_json_event(struct trace_json *json, struct trace_event *event)
{
	uint64_t key;
	int more;
	*event = (struct trace_event){ .ts_us = NAN, .tts_us = NAN, .name.bytes = "", .category.bytes = "" };
	json->at++;
	if (!trace_json_space(json))
		return false;
	if (*json->at == '}') {
		json->at++;
		return true;
	}
	do {
		if (!trace_json_space(json) || !read_key(json, &key) || !trace_json_space(json)
		    || !read_member(json, key, event))
			return false;
	} while ((more = read_separator(json)) > 0);
	return more == 0;
}
