#include "trace/proto_args.h"

#include <string.h>

#include "trace/json.h"

/* The fields of DebugAnnotation and of its older form of nesting. */
enum { NAME_NUMBER = 1, VALUE_BOOL = 2, VALUE_UINT = 3, VALUE_INT = 4, VALUE_DOUBLE = 5, VALUE_STRING = 6, VALUE_POINTER = 7,
	VALUE_NESTED = 8, VALUE_JSON = 9, NAME_TEXT = 10, DICTIONARY_ENTRY = 11, ARRAY_ENTRY = 12, VALUE_STRING_NUMBER = 17 };
enum { NESTED_KEY = 2, NESTED_VALUE = 3, NESTED_ENTRY = 4, NESTED_INT = 5, NESTED_DOUBLE = 6, NESTED_BOOL = 7, NESTED_STRING = 8 };

/* What an annotation holds. */
enum shape { SHAPE_NONE, SHAPE_SCALAR, SHAPE_DICTIONARY, SHAPE_ARRAY, SHAPE_NESTED };

struct value {
	enum shape shape;
	struct trace_wire_field field; /* SHAPE_SCALAR, SHAPE_NESTED */
	const char *name;        /* of the annotation; NULL: none, or none that is asked for */
	size_t name_length;
};

void trace_proto_args_begin(struct trace_proto_args *args, struct buf *out,
	const struct trace_proto_sequence *sequence, const struct trace_texts *texts)
{
	buf_clear(out);
	*args = (struct trace_proto_args){ .put = { .out = out }, .sequence = sequence, .texts = texts };
}

/* ---- keys ---- */

static void put_key(struct trace_put *put, const char *name, size_t length)
{
	size_t start = put->out->length;
	trace_put_string(put, name, length);
	for (size_t i = start; i < put->out->length; i++) {
		char *byte = &put->out->data[i];
		if (*byte == '.' || *byte == '[' || *byte == ']')
			*byte = '_';
	}
	trace_put_literal(put, ":");
}

static void begin_member(struct trace_proto_args *args, const char *name, size_t length)
{
	trace_put_bytes(&args->put, args->any ? "," : "{", 1);
	args->any = true;
	put_key(&args->put, name, length);
}

/* ---- the older form of nesting ---- */

static void put_nested(struct trace_proto_args *args, const struct trace_wire_field *field, int depth);

static void put_next_key(struct trace_put *put, struct trace_wire *keys)
{
	struct trace_wire_field field;
	struct trace_wire name = { 0 };
	while (!name.at && trace_wire_next(keys, &field)) {
		if (field.number == NESTED_KEY)
			name = trace_wire_in(&field);
	}
	put_key(put, (const char *)name.at, (size_t)(name.end - name.at));
}

/* A dictionary, each key of which belongs to the value of the same place, or an array: what comes first decides. */
static bool put_nested_entries(struct trace_proto_args *args, struct trace_wire nested, int depth)
{
	struct trace_wire keys = nested;
	struct trace_wire_field field;
	uint32_t kind = 0;
	while (trace_wire_next(&nested, &field)) {
		bool entry = field.number == NESTED_VALUE || field.number == NESTED_ENTRY;
		if (!entry || (kind && field.number != kind))
			continue;
		trace_put_bytes(&args->put, kind ? "," : field.number == NESTED_VALUE ? "{" : "[", 1);
		kind = field.number;
		if (kind == NESTED_VALUE)
			put_next_key(&args->put, &keys);
		put_nested(args, &field, depth + 1);
	}
	args->damaged |= trace_wire_is_damaged(&nested);
	if (kind)
		trace_put_bytes(&args->put, kind == NESTED_VALUE ? "}" : "]", 1);
	return kind != 0;
}

static void put_nested(struct trace_proto_args *args, const struct trace_wire_field *outer, int depth)
{
	struct trace_wire nested = trace_wire_in(outer), entries = nested;
	struct trace_wire_field field;
	if (depth >= TRACE_ARGS_DEPTH_MAX) {
		trace_put_literal(&args->put, "null");
		return;
	}
	while (trace_wire_next(&nested, &field)) {
		struct trace_wire bytes = trace_wire_in(&field);
		switch (field.number) {
		case NESTED_INT: trace_put_signed(&args->put, (int64_t)field.value); return;
		case NESTED_DOUBLE: trace_put_double(&args->put, trace_wire_double(&field)); return;
		case NESTED_BOOL: trace_put_bytes(&args->put, field.value ? "true" : "false", field.value ? 4 : 5); return;
		case NESTED_STRING:
			trace_put_string(&args->put, (const char *)bytes.at, (size_t)(bytes.end - bytes.at));
			return;
		}
	}
	if (!put_nested_entries(args, entries, depth))
		trace_put_literal(&args->put, "{}");
}

/* ---- values ---- */

/* The members of what was read as one JSON value, or the text as a string when it is none. */
static void put_json(struct trace_put *put, const char *text, size_t length)
{
	struct trace_value value;
	size_t start = put->out->length;
	/* A number must not end with the text (trace/json.h). */
	trace_put_bytes(put, text, length);
	trace_put_literal(put, ",");
	struct trace_json json = { put->out->data + start, put->out->data + put->out->length, NULL };
	bool whole = !put->full && trace_json_space(&json) && trace_json_value(&json, &value) && trace_json_space(&json)
		&& json.at == json.end - 1;
	put->out->length = start;
	if (whole)
		trace_put_bytes(put, text, length);
	else
		trace_put_string(put, text, length);
}

static void put_pointer(struct trace_put *put, uint64_t pointer)
{
	put->full |= buf_append_format(put->out, "\"0x%llx\"", (unsigned long long)pointer) < 0;
}

static void put_scalar(struct trace_proto_args *args, const struct trace_wire_field *field)
{
	struct trace_put *put = &args->put;
	struct trace_wire bytes = trace_wire_in(field);
	const struct trace_kept_text *text;
	switch (field->number) {
	case VALUE_BOOL: trace_put_bytes(put, field->value ? "true" : "false", field->value ? 4 : 5); break;
	case VALUE_UINT: trace_put_unsigned(put, field->value); break;
	case VALUE_INT: trace_put_signed(put, (int64_t)field->value); break;
	case VALUE_DOUBLE: trace_put_double(put, trace_wire_double(field)); break;
	case VALUE_STRING: trace_put_string(put, (const char *)bytes.at, (size_t)(bytes.end - bytes.at)); break;
	case VALUE_POINTER: put_pointer(put, field->value); break;
	case VALUE_JSON: put_json(put, (const char *)bytes.at, (size_t)(bytes.end - bytes.at)); break;
	case VALUE_STRING_NUMBER:
		text = trace_proto_sequence_text(args->sequence, TRACE_INTERNED_STRING, field->value);
		trace_put_string(put, text ? text->bytes : "", text ? text->length : 0);
		break;
	}
}

static void take_name(struct value *value, const struct trace_proto_args *args, const struct trace_wire_field *field)
{
	const struct trace_kept_text *kept = field->number == NAME_NUMBER
		? trace_proto_sequence_text(args->sequence, TRACE_INTERNED_ANNOTATION, field->value) : NULL;
	bool inside = !kept && field->type == TRACE_WIRE_BYTES;
	if (kept ? kept->is_asked : inside && trace_texts_is_asked(args->texts, field->bytes, field->length)) {
		value->name = kept ? kept->bytes : (const char *)field->bytes;
		value->name_length = kept ? kept->length : field->length;
	}
}

static bool nested_holds_something(struct trace_wire nested)
{
	struct trace_wire_field field;
	while (trace_wire_next(&nested, &field)) {
		if (field.number >= NESTED_VALUE && field.number <= NESTED_STRING)
			return true;
	}
	return false;
}

static struct value look_at(struct trace_proto_args *args, struct trace_wire annotation)
{
	struct value value = { .shape = SHAPE_NONE };
	struct trace_wire_field field;
	while (trace_wire_next(&annotation, &field)) {
		switch (field.number) {
		case NAME_NUMBER: case NAME_TEXT:
			take_name(&value, args, &field);
			break;
		case VALUE_NESTED:
			value.shape = nested_holds_something(trace_wire_in(&field)) ? SHAPE_NESTED : SHAPE_NONE;
			value.field = field;
			break;
		case DICTIONARY_ENTRY: value.shape = SHAPE_DICTIONARY; break;
		case ARRAY_ENTRY: value.shape = SHAPE_ARRAY; break;
		case VALUE_BOOL: case VALUE_UINT: case VALUE_INT: case VALUE_DOUBLE: case VALUE_STRING: case VALUE_POINTER:
		case VALUE_JSON: case VALUE_STRING_NUMBER:
			value.shape = SHAPE_SCALAR;
			value.field = field;
			break;
		}
	}
	args->damaged |= trace_wire_is_damaged(&annotation);
	return value;
}

static void put_entries(struct trace_proto_args *args, struct trace_wire annotation, bool dictionary, int depth);

static void put_value(struct trace_proto_args *args, const struct value *value, struct trace_wire annotation, int depth)
{
	switch (value->shape) {
	case SHAPE_SCALAR: put_scalar(args, &value->field); break;
	case SHAPE_NESTED: put_nested(args, &value->field, depth); break;
	case SHAPE_DICTIONARY: put_entries(args, annotation, true, depth); break;
	case SHAPE_ARRAY: put_entries(args, annotation, false, depth); break;
	case SHAPE_NONE: trace_put_literal(&args->put, "null"); break;
	}
}

/* The recursion is at most TRACE_ARGS_DEPTH_MAX deep. */
static void put_entries(struct trace_proto_args *args, struct trace_wire annotation, bool dictionary, int depth)
{
	struct trace_wire_field field;
	bool any = false;
	trace_put_bytes(&args->put, dictionary ? "{" : "[", 1);
	while (depth < TRACE_ARGS_DEPTH_MAX && trace_wire_next(&annotation, &field)) {
		if (field.number != (dictionary ? DICTIONARY_ENTRY : ARRAY_ENTRY))
			continue;
		struct value value = look_at(args, trace_wire_in(&field));
		if (dictionary && (!value.name || value.shape == SHAPE_NONE))
			continue;
		if (any)
			trace_put_literal(&args->put, ",");
		any = true;
		if (dictionary)
			put_key(&args->put, value.name, value.name_length);
		put_value(args, &value, trace_wire_in(&field), depth + 1);
	}
	trace_put_bytes(&args->put, dictionary ? "}" : "]", 1);
}

/* ---- the object ---- */

void trace_proto_args_add(struct trace_proto_args *args, struct trace_wire annotation)
{
	struct value value = look_at(args, annotation);
	if (!value.name || value.shape == SHAPE_NONE)
		return;
	begin_member(args, value.name, value.name_length);
	put_value(args, &value, annotation, 0);
}

static void add_part(struct trace_proto_args *args, const char *name, enum trace_interned kind, uint64_t number)
{
	const struct trace_kept_text *text = trace_proto_sequence_text(args->sequence, kind, number);
	if (!text || text->length == 0 || !trace_texts_is_asked(args->texts, name, strlen(name)))
		return;
	begin_member(args, name, strlen(name));
	if (kind == TRACE_INTERNED_LINE)
		trace_put_bytes(&args->put, text->bytes, text->length);
	else
		trace_put_string(&args->put, text->bytes, text->length);
}

void trace_proto_args_add_location(struct trace_proto_args *args, uint64_t number)
{
	add_part(args, "src_file", TRACE_INTERNED_FILE, number);
	add_part(args, "src_func", TRACE_INTERNED_FUNCTION, number);
	add_part(args, "src_line", TRACE_INTERNED_LINE, number);
}

bool trace_proto_args_end(struct trace_proto_args *args)
{
	trace_put_literal(&args->put, "}");
	return args->any && !args->put.full;
}
