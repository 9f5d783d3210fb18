#include "trace/json_event.h"

#include <math.h>
#include <string.h>

#include "trace/value.h"

/* Two ways to read a member. The quick one takes what Chromium writes nearly always: a known key, no white space, a value
 * of the usual type and form, and room after it. It returns NULL when anything is otherwise, and then the thorough one,
 * which knows all of JSON, reads the same member again.
 *
 * What makes it quick is that its next address seldom depends on data: every case adds a constant, and loops end by
 * branches, which the processor foresees, so that it reads ahead without waiting. */

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

/* Up to 4 bytes as one word, the first lowest: comparing texts is comparing words. */
#define WORD(a, b, c, d) ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24)

/* `"abcd":`, from its second byte on. */
#define KEY_4(a, b, c, d) (WORD(a, b, c, d) | WORD('"', ':', 0, 0) << 32)
#define KEY_3(a, b, c) (WORD(a, b, c, '"') | WORD(':', 0, 0, 0) << 32)
#define KEY_2(a, b) WORD(a, b, '"', ':')
#define KEY_1(a) WORD(a, '"', ':', 0)

/* ---- the quick way ---- */

static inline const char *quick_integer(const char *at, int64_t *out)
{
	bool negative = *at == '-';
	const char *first = at += negative;
	int64_t sum = 0;
	unsigned digit;
	while ((digit = (unsigned char)*at - '0') < 10 && at - first < DIGITS_MAX) {
		sum = sum * 10 + digit;
		at++;
	}
	if (at == first || (*first == '0' && at - first > 1))
		return NULL;
	*out = negative ? -sum : sum;
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
	*out = (struct trace_value){ TRACE_OBJECT, { at, (size_t)(after - at), false } };
	return after;
}

/* From the key's opening quote to the byte after the value. */
static inline const char *quick_member(const char *at, const char *end, struct trace_event *event)
{
	if (*at != '"')
		return NULL;
	uint64_t word = load_word(at + 1);
	switch (word & 0xFFFFFFFFFFFF) {
	case KEY_4('a', 'r', 'g', 's'): return quick_object(at + 7, end, &event->args);
	case KEY_4('n', 'a', 'm', 'e'): return quick_text(at + 7, end, &event->name);
	case KEY_4('t', 'd', 'u', 'r'): return quick_number(at + 7, &event->tdur_us);
	}
	switch (word & 0xFFFFFFFFFF) {
	case KEY_3('c', 'a', 't'): return quick_text(at + 6, end, &event->category);
	case KEY_3('d', 'u', 'r'): return quick_number(at + 6, &event->dur_us);
	case KEY_3('i', 'd', '2'): return quick_object(at + 6, end, &event->id2);
	case KEY_3('p', 'i', 'd'): return quick_integer(at + 6, &event->pid);
	case KEY_3('t', 'i', 'd'): return quick_integer(at + 6, &event->tid);
	case KEY_3('t', 't', 's'): return quick_number(at + 6, &event->tts_us);
	}
	switch (word & 0xFFFFFFFF) {
	case KEY_2('p', 'h'): return quick_phase(at + 5, &event->phase);
	case KEY_2('t', 's'): return quick_number(at + 5, &event->ts_us);
	}
	char scope; /* of an instant: nobody asks for it */
	return (word & 0xFFFFFF) == KEY_1('s') ? quick_phase(at + 4, &scope) : NULL;
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

/* Field by field: a compound literal is cleared by a string instruction, which costs more than an event's short keys. */
static inline void clear(struct trace_event *event)
{
	const struct trace_value absent = { TRACE_ABSENT, { "", 0, false } };
	event->phase = '\0';
	event->pid = event->tid = 0;
	event->ts_us = event->tts_us = NAN;
	event->dur_us = event->tdur_us = 0;
	event->name = event->category = absent.text;
	event->id = event->id2 = event->args = absent;
}

/* A member, up to the comma or brace after it. */
static inline bool take_member(struct trace_json *json, struct trace_event *event)
{
	if (json->end - json->at >= QUICK_ROOM) {
		const char *after = quick_member(json->at, json->end, event);
		if (after && after < json->end && (*after == ',' || *after == '}')) {
			json->at = after;
			return true;
		}
	}
	return read_member(json, event);
}

bool trace_json_event(struct trace_json *json, struct trace_event *event)
{
	struct trace_json local = *json; /* stays in registers */
	clear(event);
	local.at++;
	bool whole = trace_json_space(&local);
	if (whole && *local.at == '}') {
		json->at = local.at + 1;
		return true;
	}
	while (whole && (whole = take_member(&local, event)) && *local.at == ',')
		local.at++;
	if (whole && *local.at != '}')
		whole = trace_json_fail(&local, "',' or '}' is expected");
	*json = local;
	json->at += whole;
	return whole;
}
