#include "report/json_stream.h"

#include <stdlib.h>

void json_stream_begin(FILE *out, int schema)
{
	fprintf(out, "{\n  \"schema\": %d", schema);
}

void json_stream_end(FILE *out)
{
	fputs("\n}\n", out);
}

static void print(FILE *out, struct json *value_taken)
{
	char *text = json_print(value_taken, false);
	fputs(text, out);
	free(text);
	json_free(value_taken);
}

void json_stream_member(FILE *out, const char *key, struct json *value_taken)
{
	fprintf(out, ",\n  \"%s\": ", key);
	print(out, value_taken);
}

struct json_stream_list json_stream_list_begin(FILE *out, const char *key)
{
	fprintf(out, ",\n  \"%s\": [", key);
	return (struct json_stream_list){ out, false };
}

void json_stream_put(struct json_stream_list *list, struct json *element_taken)
{
	fputs(list->begun ? ",\n    " : "\n    ", list->out);
	list->begun = true;
	print(list->out, element_taken);
}

void json_stream_list_end(struct json_stream_list *list)
{
	fputc(']', list->out);
}
