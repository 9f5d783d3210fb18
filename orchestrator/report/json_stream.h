/* A JSON document that is printed as it is made: for what may be too long to be held whole.
 *
 * Ownership: values given are taken over. Threads: any, one at a time. */
#ifndef WASMOGRAPH_REPORT_JSON_STREAM_H
#define WASMOGRAPH_REPORT_JSON_STREAM_H

#include <stdbool.h>
#include <stdio.h>

#include "base/json.h"

/* An array whose elements are printed as they come, one a line. */
struct json_stream_list {
	FILE *out;
	bool begun;
};

/* The document begins with its schema and ends with json_stream_end(). */
void json_stream_begin(FILE *out, int schema);
void json_stream_end(FILE *out);

void json_stream_member(FILE *out, const char *key, struct json *value_taken);

struct json_stream_list json_stream_list_begin(FILE *out, const char *key);
void json_stream_put(struct json_stream_list *list, struct json *element_taken);
void json_stream_list_end(struct json_stream_list *list);

#endif
