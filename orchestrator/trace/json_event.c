#include "trace/json_event.h"

#include <math.h>
#include <string.h>

#include "trace/value.h"

/* Two ways to read members. The quick one takes what Chromium writes nearly always: known keys in their order, no white
 * space, values of the usual type and form, and room after them. Where anything is otherwise it stops, and the thorough
 * one, which knows all of JSON, reads that member.
 *
 * What makes it quick is that the next address seldom depends on data: keys are tried one after another, and what follows
 * stands a constant number of bytes further, so that the processor, which foresees the branches, reads ahead without
 * waiting for what it compares. */

enum {
	WORD_SIZE = 8,
	QUICK_ROOM = 48,   /* bytes that the quick way may look at without looking for the end: key, number, separator */
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

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Up to 4 bytes as one word, the first lowest: comparing texts is comparing words. */
#define WORD(a, b, c, d) ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24)

/* `"abcd":`, from its second byte on. */
#define KEY_4(a, b, c, d) (WORD(a, b, c, d) | WORD('"', ':', 0, 0) << 32)
#define KEY_3(a, b, c) (WORD(a, b, c, '"') | WORD(':', 0, 0, 0) << 32)
#define KEY_2(a, b) WORD(a, b, '"', ':')
#define KEY_1(a) WORD(a, '"', ':', 0)

/* ---- the quick way ---- */

/* A bit set in the lowest byte of a word that is no decimal digit (those above may be wrong), or 0. */
static inline uint64_t find_other_than_digits(uint64_t word)
{
	uint64_t past_nine = (word ^ EACH_BYTE('0')) + EACH_BYTE(0x80 - 10);
	return (past_nine | word) & EACH_BYTE(0x80);
}

/* The number that 8 digits in a word make, the first lowest: neighbours are joined, then pairs, then fours (D. Lemire,
 * "Quickly parsing eight digits", 2018). */
static inline uint64_t join_digits(uint64_t word)
{
	word = (word & EACH_BYTE(0x0F)) * (1 + (10 << 8)) >> 8;
	word = (word & UINT64_C(0x00FF00FF00FF00FF)) * (1 + (UINT64_C(100) << 16)) >> 16;
	return (word & UINT64_C(0x0000FFFF0000FFFF)) * (1 + (UINT64_C(10000) << 32)) >> 32;
}

/* Whole numbers without a sign. Most have up to 8 digits. */
static inline const char *quick_integer(const char *at, int64_t *out)
{
	uint64_t word = load_word(at), others = find_other_than_digits(word);
	unsigned count = others ? (unsigned)__builtin_ctzll(others) / 8 : WORD_SIZE, digit;
	if (count == 0 || (*at == '0' && count > 1))
		return NULL;
	uint64_t sum = join_digits(word << 8 * (WORD_SIZE - count));
	for (at += count; count >= WORD_SIZE && (digit = (unsigned char)*at - '0') < 10; at++) {
		sum = sum * 10 + digit;
		if (++count > DIGITS_MAX)
			return NULL;
	}
	*out = (int64_t)sum;
	return at;
}

static inline const char *quick_number(const char *at, double *out)
{
	int64_t whole;
	at = quick_integer(at, &whole);
	if (at)
		*out = (double)whole;
	return at;
}

/* Ids of flows are numbers. */
static inline const char *quick_id(const char *at, struct trace_value *out)
{
	int64_t unused;
	const char *after = quick_integer(at, &unused);
	if (after)
		*out = (struct trace_value){ TRACE_NUMBER, { at, (size_t)(after - at), false } };
	return after;
}

static inline const char *quick_text(const char *at, const char *end, struct trace_text *out)
{
	if (*at != '"')
		return NULL;
	const char *start = at + 1;
	at = trace_scan_string(start, end);
	if (at == end || *at != '"')
		return NULL;
	*out = (struct trace_text){ start, (size_t)(at - start), false };
	return at + 1;
}

static inline const char *quick_phase(const char *at, char *phase)
{
	if (at[0] != '"' || at[2] != '"' || at[1] == '"' || at[1] == '\\' || (unsigned char)at[1] < 0x20)
		return NULL;
	*phase = at[1];
	return at + 3;
}

static inline const char *quick_object(const char *at, const char *end, struct trace_value *out)
{
	if (*at != '{')
		return NULL;
	const char *after = at[1] == '}' ? at + 2 : trace_scan_quickly(at, end);
	if (after)
		*out = (struct trace_value){ TRACE_OBJECT, { at, (size_t)(after - at), false } };
	return after;
}

/* Whether the member after the brace or comma at `at` has this key: `length` bytes, with its closing quote and colon. */
static inline bool is_key(const char *at, uint64_t key, int length)
{
	return at[1] == '"' && (load_word(at + 2) & ~UINT64_C(0) >> (64 - 8 * length)) == key;
}

/* Members in the order in which Chromium writes them, which is alphabetical; each may be missing. From the event's opening
 * brace to the first separator after which something else stands: to the closing brace as a rule. */
static inline const char *quick_members(const char *at, const char *end, struct trace_event *event)
{
	char unused; /* nobody asks for a flow's binding point */
	const char *value, *after;
#define MEMBER(key, length, read) \
	if (is_key(at, key, length)) { \
		value = at + 2 + (length); \
		after = read; \
		if (!after || end - after < QUICK_ROOM) \
			return at; \
		if (*after != ',') \
			return *after == '}' ? after : at; \
		at = after; \
	}
	if (end - at < QUICK_ROOM)
		return at;
	MEMBER(KEY_4('a', 'r', 'g', 's'), 6, quick_object(value, end, &event->args))
	MEMBER(KEY_2('b', 'p'), 4, quick_phase(value, &unused))
	MEMBER(KEY_3('c', 'a', 't'), 5, quick_text(value, end, &event->category))
	MEMBER(KEY_3('d', 'u', 'r'), 5, quick_number(value, &event->dur_us))
	MEMBER(KEY_2('i', 'd'), 4, quick_id(value, &event->id))
	MEMBER(KEY_3('i', 'd', '2'), 5, quick_object(value, end, &event->id2))
	MEMBER(KEY_4('n', 'a', 'm', 'e'), 6, quick_text(value, end, &event->name))
	MEMBER(KEY_2('p', 'h'), 4, quick_phase(value, &event->phase))
	MEMBER(KEY_3('p', 'i', 'd'), 5, quick_integer(value, &event->pid))
	MEMBER(KEY_1('s'), 3, quick_phase(value, &event->scope))
	MEMBER(KEY_4('t', 'd', 'u', 'r'), 6, quick_number(value, &event->tdur_us))
	MEMBER(KEY_3('t', 'i', 'd'), 5, quick_integer(value, &event->tid))
	MEMBER(KEY_2('t', 's'), 4, quick_number(value, &event->ts_us))
	MEMBER(KEY_3('t', 't', 's'), 5, quick_number(value, &event->tts_us))
#undef MEMBER
	return at;
}

/* ---- the thorough way ---- */

/* A key of ours as a word, whatever its form; 0 for all others. */
static bool read_key(struct trace_json *json, uint64_t *key)
{
	struct trace_text text;
	char word[WORD_SIZE] = { 0 };
	if (!trace_json_key(json, &text))
		return false;
	*key = trace_text_copy(&text, word, sizeof word) < WORD_SIZE ? load_word(word) : 0;
	return true;
}

static bool read_integer(struct trace_json *json, int64_t *out)
{
	struct trace_value value;
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
	if (!trace_json_value(json, &value))
		return false;
	*out = value.kind == TRACE_STRING ? value.text : (struct trace_text){ "", 0, false };
	return true;
}

static bool read_phase(struct trace_json *json, char *phase)
{
	struct trace_text text;
	if (!read_text(json, &text))
		return false;
	*phase = text.length == 1 ? text.bytes[0] : '\0';
	return true;
}

static bool read_value(struct trace_json *json, uint64_t key, struct trace_event *event)
{
	struct trace_value unknown;
	switch (key) {
	case WORD('a', 'r', 'g', 's'): return trace_json_value(json, &event->args);
	case WORD('c', 'a', 't', 0): return read_text(json, &event->category);
	case WORD('d', 'u', 'r', 0): return read_number(json, &event->dur_us, 0);
	case WORD('i', 'd', 0, 0): return trace_json_value(json, &event->id);
	case WORD('i', 'd', '2', 0): return trace_json_value(json, &event->id2);
	case WORD('n', 'a', 'm', 'e'): return read_text(json, &event->name);
	case WORD('p', 'h', 0, 0): return read_phase(json, &event->phase);
	case WORD('s', 0, 0, 0): return read_phase(json, &event->scope);
	case WORD('p', 'i', 'd', 0): return read_integer(json, &event->pid);
	case WORD('t', 'd', 'u', 'r'): return read_number(json, &event->tdur_us, 0);
	case WORD('t', 'i', 'd', 0): return read_integer(json, &event->tid);
	case WORD('t', 's', 0, 0): return read_number(json, &event->ts_us, NAN);
	case WORD('t', 't', 's', 0): return read_number(json, &event->tts_us, NAN);
	}
	return trace_json_value(json, &unknown);
}

static bool read_member(struct trace_json *json, struct trace_event *event)
{
	uint64_t key;
	return trace_json_space(json) && read_key(json, &key) && trace_json_space(json) && read_value(json, key, event)
		&& trace_json_space(json);
}

/* ---- both ---- */

static inline void clear_text(struct trace_text *text)
{
	text->bytes = "";
	text->length = 0;
	text->escaped = false;
}

static inline void clear_value(struct trace_value *value)
{
	value->kind = TRACE_ABSENT;
	clear_text(&value->text);
}

/* Field by field. A compound literal is cleared by a string instruction, which costs more than an event's short keys; one
 * field assigned from another is loaded in one piece before the stores of its parts are through, which costs as much. */
static inline void clear(struct trace_event *event)
{
	event->phase = event->scope = '\0';
	event->pid = event->tid = 0;
	event->ts_us = event->tts_us = NAN;
	event->dur_us = event->tdur_us = 0;
	clear_text(&event->name);
	clear_text(&event->category);
	clear_value(&event->id);
	clear_value(&event->id2);
	clear_value(&event->args);
}

/* From the opening brace to the closing one. */
static inline bool read_members(struct trace_json *json, struct trace_event *event, bool quickly)
{
	for (;;) {
		if (quickly)
			json->at = quick_members(json->at, json->end, event);
		if (*json->at == '}')
			return true;
		bool opening = *json->at++ == '{';
		if (opening && trace_json_space(json) && *json->at == '}')
			return true;
		if (!read_member(json, event))
			return false;
		if (*json->at != ',' && *json->at != '}')
			return trace_json_fail(json, "',' or '}' is expected");
		if (*json->at == '}')
			return true;
	}
}

/* The bounds come as arguments, in registers, for the same reason as above. */
__attribute__((noinline))
static bool read_event(struct trace_json *json, const char *at, const char *end, struct trace_event *event, bool quickly)
{
	struct trace_json local = { at, end, NULL };
	clear(event);
	bool whole = read_members(&local, event, quickly);
	json->at = local.at + whole;
	json->problem = local.problem;
	return whole;
}

bool trace_json_event(struct trace_json *json, struct trace_event *event)
{
	return read_event(json, json->at, json->end, event, true);
}

bool trace_json_event_plainly(struct trace_json *json, struct trace_event *event)
{
	return read_event(json, json->at, json->end, event, false);
}
