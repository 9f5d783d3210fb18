#include "base/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/json_scan.h"
#include "base/json_write.h"
#include "base/mem.h"

/* struct json has no members of its own: every one is a cJSON. */
static cJSON *inner(const struct json *value)
{
	return (cJSON *)value;
}

static struct json *outer(cJSON *item)
{
	return (struct json *)item;
}

static struct json *created(cJSON *item)
{
	return outer(mem_check(item));
}

static void require(bool held, const char *rule)
{
	if (!held) {
		fprintf(stderr, "wasmograph: bug: %s\n", rule);
		abort();
	}
}

static cJSON *parse_mended(const char *text, size_t length)
{
	char *mended = mem_alloc_zero(length, 1);
	memcpy(mended, text, length);
	json_scan_mend(mended, length);
	cJSON *root = cJSON_ParseWithLength(mended, length);
	free(mended);
	return root;
}

struct json *json_parse(const char *text, size_t length, size_t ceiling_bytes, const char *what,
	struct err *err)
{
	if (length > ceiling_bytes) {
		err_set(err, ERR_TOO_LARGE, "%s has %zu bytes of JSON, more than the %zu allowed", what,
			length, ceiling_bytes);
		return NULL;
	}
	struct json_scan scan;
	json_scan(text, length, JSON_DEPTH_MAX, &scan);
	if (scan.problem) {
		err_set(err, ERR_INVALID, "%s is not valid JSON: line %zu, column %zu: %s", what, scan.line,
			scan.column, scan.problem);
		return NULL;
	}
	/* What the scan accepts cJSON refuses only for want of memory. */
	return created(scan.has_unmappable ? parse_mended(text, length)
	                                   : cJSON_ParseWithLength(text, length));
}

struct json *json_parse_file(const char *path, size_t ceiling_bytes, struct err *err)
{
	struct buf text;
	struct json *root = NULL;
	if (fs_read(path, ceiling_bytes, &text, err) == 0)
		root = json_parse(text.data, text.length, ceiling_bytes, path, err);
	buf_release(&text);
	return root;
}

void json_free(struct json *value)
{
	cJSON_Delete(inner(value));
}

enum json_type json_type(const struct json *value)
{
	const cJSON *item = inner(value);
	if (cJSON_IsBool(item))
		return JSON_BOOL;
	if (cJSON_IsNumber(item))
		return JSON_NUMBER;
	if (cJSON_IsString(item))
		return JSON_STRING;
	if (cJSON_IsArray(item))
		return JSON_ARRAY;
	return cJSON_IsObject(item) ? JSON_OBJECT : JSON_NULL;
}

static bool is_container(const struct json *value)
{
	return cJSON_IsObject(inner(value)) || cJSON_IsArray(inner(value));
}

struct json *json_get(const struct json *object, const char *key)
{
	if (!cJSON_IsObject(inner(object)))
		return NULL;
	return outer(cJSON_GetObjectItemCaseSensitive(inner(object), key));
}

const char *json_key(const struct json *member)
{
	return member && inner(member)->string ? inner(member)->string : "";
}

size_t json_length(const struct json *array_or_object)
{
	size_t count = 0;
	for (const struct json *m = json_first(array_or_object); m; m = json_next(m))
		count++;
	return count;
}

struct json *json_at(const struct json *array_or_object, size_t index)
{
	struct json *member = json_first(array_or_object);
	while (member && index-- > 0)
		member = json_next(member);
	return member;
}

struct json *json_first(const struct json *array_or_object)
{
	return is_container(array_or_object) ? outer(inner(array_or_object)->child) : NULL;
}

struct json *json_next(const struct json *member)
{
	return member ? outer(inner(member)->next) : NULL;
}

const char *json_as_text(const struct json *value, const char *fallback)
{
	return cJSON_IsString(inner(value)) ? inner(value)->valuestring : fallback;
}

double json_as_number(const struct json *value, double fallback)
{
	return cJSON_IsNumber(inner(value)) ? inner(value)->valuedouble : fallback;
}

bool json_as_bool(const struct json *value, bool fallback)
{
	return cJSON_IsBool(inner(value)) ? cJSON_IsTrue(inner(value)) : fallback;
}

const char *json_text(const struct json *object, const char *key, const char *fallback)
{
	return json_as_text(json_get(object, key), fallback);
}

double json_number(const struct json *object, const char *key, double fallback)
{
	return json_as_number(json_get(object, key), fallback);
}

bool json_bool(const struct json *object, const char *key, bool fallback)
{
	return json_as_bool(json_get(object, key), fallback);
}

struct json *json_new_object(void)
{
	return created(cJSON_CreateObject());
}

struct json *json_new_array(void)
{
	return created(cJSON_CreateArray());
}

struct json *json_new_text(const char *text)
{
	return text ? created(cJSON_CreateString(text)) : json_new_null();
}

struct json *json_new_number(double number)
{
	return isfinite(number) ? created(cJSON_CreateNumber(number)) : json_new_null();
}

struct json *json_new_bool(bool value)
{
	return created(cJSON_CreateBool(value));
}

struct json *json_new_null(void)
{
	return created(cJSON_CreateNull());
}

struct json *json_copy(const struct json *value)
{
	return value ? created(cJSON_Duplicate(inner(value), true)) : json_new_null();
}

/* cJSON answers false for a wrong type and for exhausted memory alike. */
static void require_added(cJSON_bool added)
{
	mem_check(added ? (void *)"" : NULL);
}

void json_set(struct json *object, const char *key, struct json *child_taken)
{
	require(cJSON_IsObject(inner(object)), "json_set() on something that is not an object");
	cJSON *child = inner(child_taken ? child_taken : json_new_null());
	if (cJSON_GetObjectItemCaseSensitive(inner(object), key))
		require_added(cJSON_ReplaceItemInObjectCaseSensitive(inner(object), key, child));
	else
		require_added(cJSON_AddItemToObject(inner(object), key, child));
}

void json_append(struct json *array, struct json *child_taken)
{
	require(cJSON_IsArray(inner(array)), "json_append() on something that is not an array");
	cJSON *child = inner(child_taken ? child_taken : json_new_null());
	require_added(cJSON_AddItemToArray(inner(array), child));
}

void json_set_text(struct json *object, const char *key, const char *text)
{
	json_set(object, key, json_new_text(text));
}

void json_set_number(struct json *object, const char *key, double number)
{
	json_set(object, key, json_new_number(number));
}

void json_set_bool(struct json *object, const char *key, bool value)
{
	json_set(object, key, json_new_bool(value));
}

char *json_print(const struct json *value, bool indented)
{
	struct buf text;
	buf_init(&text, SIZE_MAX);
	json_write(&text, value, indented);
	return buf_detach(&text);
}
