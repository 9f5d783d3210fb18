/* JSON values: the only door to cJSON, which is capped here in depth and length
 * (CVE-2023-50471 and its like were found in its unbounded paths).
 *
 * Ownership: json_parse() and json_new_*() give the caller a root to be freed
 * with json_free(). json_set() and json_append() take the child over. Everything
 * json_get(), json_at() and json_*_at() return is borrowed from its root. */
#ifndef WASMOGRAPH_BASE_JSON_H
#define WASMOGRAPH_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct json;

enum { JSON_DEPTH_MAX = 64 };

/* Parses exactly one value of `length` bytes (no terminator needed, none inside;
 * trailing bytes other than white space are an error). ERR_INVALID, or
 * ERR_TOO_LARGE when length > ceiling_bytes. NULL on error; `what` names the
 * input in the error's text, which gives line and column. Nesting beyond
 * JSON_DEPTH_MAX is ERR_INVALID, found before cJSON sees the text. Duplicate keys:
 * the first wins. Escapes that no C string can hold (\u0000, surrogates without their
 * partner: console text may have them) read as U+FFFD; NUL bytes are an error. */
struct json *json_parse(const char *text, size_t length, size_t ceiling_bytes, const char *what,
	struct err *err);
struct json *json_parse_file(const char *path, size_t ceiling_bytes, struct err *err);
void json_free(struct json *value); /* NULL is fine */

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
enum json_type json_type(const struct json *value);

/* Members. NULL when value is NULL, not an object, or has no such key. */
struct json *json_get(const struct json *object, const char *key);
const char *json_key(const struct json *member); /* the key of a member, "" for others */
size_t json_length(const struct json *array_or_object); /* 0 for anything else */
struct json *json_at(const struct json *array_or_object, size_t index);

/* Iterates members or elements: for (m = json_first(v); m; m = json_next(m)). O(1) a step. */
struct json *json_first(const struct json *array_or_object);
struct json *json_next(const struct json *member);

/* Scalars of a value itself; the fallback when it is NULL or of another type. */
const char *json_as_text(const struct json *value, const char *fallback);
double json_as_number(const struct json *value, double fallback);
bool json_as_bool(const struct json *value, bool fallback);

/* The same of an object's member. */
const char *json_text(const struct json *object, const char *key, const char *fallback);
double json_number(const struct json *object, const char *key, double fallback);
bool json_bool(const struct json *object, const char *key, bool fallback);

struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_new_text(const char *text); /* NULL gives null */
struct json *json_new_number(double number);  /* NaN and infinities become null */
struct json *json_new_bool(bool value);
struct json *json_new_null(void);
struct json *json_copy(const struct json *value);

/* The object's (array's) type is the caller's promise: anything else aborts. A NULL child
 * is null. json_set() replaces a member in its place. */
void json_set(struct json *object, const char *key, struct json *child_taken);
void json_append(struct json *array, struct json *child_taken);
void json_set_text(struct json *object, const char *key, const char *text);
void json_set_number(struct json *object, const char *key, double number);
void json_set_bool(struct json *object, const char *key, bool value);

/* The text of a value; the caller frees. Numbers print with the fewest digits that
 * read back to the same double; bytes that are no UTF-8 print as U+FFFD. `indented` is for people (two spaces). */
char *json_print(const struct json *value, bool indented);

#endif
