#include "cdp/excerpt.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/json_scan.h"
#include "cdp/message.h"

enum { HEAD_SIZE = 128 };

/* Of well-formed JSON: the length of the object that `text` begins with. */
static size_t object_length(const char *text, size_t length)
{
	int depth = 0;
	bool inside = false; /* a string */
	for (size_t i = 0; i < length; i++) {
		if (inside && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			inside = !inside;
		else if (!inside && text[i] == '{')
			depth++;
		else if (!inside && text[i] == '}' && --depth == 0)
			return i + 1;
	}
	return 0;
}

int cdp_excerpt_read(const char *text, size_t length, const char *name, struct cdp_excerpt *excerpt, struct err *err)
{
	char head[HEAD_SIZE];
	struct json_scan scan;
	int64_t id = cdp_message_reply_id(text, length);
	json_scan(text, length, JSON_DEPTH_MAX, &scan);
	if (scan.problem)
		return err_set(err, ERR_INVALID, "the browser's reply is no JSON: %s", scan.problem);
	int at = snprintf(head, sizeof head, "{\"id\":%lld,\"result\":{\"%s\":", (long long)id, name);
	if (id == 0 || at <= 0 || (size_t)at >= sizeof head || length <= (size_t)at || memcmp(text, head, (size_t)at) != 0
	    || text[at] != '{')
		return err_set(err, ERR_INVALID, "the browser's reply holds no object \"%s\"", name);
	*excerpt = (struct cdp_excerpt){ text + at, object_length(text + at, length - (size_t)at) };
	return 0;
}
