#include "cdp/message.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Beyond 2^53 − 1 a double, which is all JSON has, cannot tell neighbours apart. */
static const double largest_integer = 9007199254740991.0;

/* What names a message in an error's text. */
static const char what[] = "a message from the browser";

static int refuse(struct err *err, const char *problem)
{
	return err_set(err, ERR_INVALID, "%s is not CDP: %s", what, problem);
}

/* A whole number that a double holds exactly; −1 for everything else. */
static int read_integer(const struct json *value, int64_t *integer)
{
	double number = json_as_number(value, NAN);
	if (!(fabs(number) <= largest_integer) || number != trunc(number))
		return -1;
	*integer = (int64_t)number;
	return 0;
}

static int read_error(const struct json *error, struct cdp_message *message, struct err *err)
{
	if (json_type(error) != JSON_OBJECT)
		return refuse(err, "\"error\" is not an object");
	if (read_integer(json_get(error, "code"), &message->error_code) < 0)
		return refuse(err, "an error without an integer \"code\"");
	message->error_text = json_text(error, "message", NULL);
	if (!message->error_text)
		return refuse(err, "an error without a \"message\" text");
	message->error_data = json_text(error, "data", "");
	message->kind = CDP_ERROR_REPLY;
	return 0;
}

static int read_result(const struct json *result, struct cdp_message *message, struct err *err)
{
	if (json_type(result) != JSON_OBJECT)
		return refuse(err, "\"result\" is not an object");
	message->result = result;
	message->kind = CDP_REPLY;
	return 0;
}

static int read_reply(const struct json *id, struct cdp_message *message, struct err *err)
{
	const struct json *result = json_get(message->root, "result");
	const struct json *error = json_get(message->root, "error");
	if (read_integer(id, &message->id) < 0 || message->id < 1)
		return refuse(err, "\"id\" is not an integer from 1 to 2^53 - 1");
	if (json_get(message->root, "method"))
		return refuse(err, "both \"id\" and \"method\"");
	if (!result == !error)
		return refuse(err, result ? "both \"result\" and \"error\"" : "neither \"result\" nor \"error\"");
	return error ? read_error(error, message, err) : read_result(result, message, err);
}

static int read_event(struct cdp_message *message, struct err *err)
{
	const struct json *params = json_get(message->root, "params");
	message->method = json_text(message->root, "method", "");
	if (message->method[0] == '\0')
		return refuse(err, "neither an \"id\" nor a \"method\" text");
	if (params && json_type(params) != JSON_OBJECT)
		return refuse(err, "\"params\" is not an object");
	message->result = params;
	message->kind = CDP_EVENT;
	return 0;
}

/* Chromium's answer to a command that it could not read has no id. It can only mean a bug
 * of ours, so its own words go into the text. */
static int refuse_unaddressed_error(const struct json *root, struct err *err)
{
	return err_set(err, ERR_INVALID, "the browser could not read a command: %.200s",
		json_text(json_get(root, "error"), "message", "no reason given"));
}

static int read_message(struct cdp_message *message, struct err *err)
{
	const struct json *root = message->root;
	const struct json *id = json_get(root, "id");
	const struct json *session = json_get(root, "sessionId");
	if (json_type(root) != JSON_OBJECT)
		return refuse(err, "not an object");
	if (session && json_type(session) != JSON_STRING)
		return refuse(err, "\"sessionId\" is not a text");
	message->session = json_as_text(session, "");
	if (id)
		return read_reply(id, message, err);
	if (json_get(root, "error"))
		return refuse_unaddressed_error(root, err);
	return read_event(message, err);
}

int cdp_message_parse(const char *text, size_t length, struct cdp_message *message,
	struct err *err)
{
	*message = (struct cdp_message){0};
	message->root = json_parse(text, length, CDP_MESSAGE_CEILING, what, err);
	if (!message->root)
		return -1;
	if (read_message(message, err) == 0)
		return 0;
	cdp_message_release(message);
	return -1;
}

void cdp_message_release(struct cdp_message *message)
{
	json_free(message->root);
	*message = (struct cdp_message){0};
}

int64_t cdp_message_reply_id(const char *text, size_t length)
{
	static const char before[] = "{\"id\":", after[] = ",\"result\":";
	enum { DIGITS_MAX = 15 }; /* below 2^53 whatever they are */
	size_t at = sizeof before - 1, first = at;
	int64_t id = 0;
	if (length < at || memcmp(text, before, at) != 0)
		return 0;
	for (; at < length && at - first < DIGITS_MAX && text[at] >= '0' && text[at] <= '9'; at++)
		id = id * 10 + (text[at] - '0');
	bool is_number = at > first && text[first] != '0'; /* JSON has no leading zeros */
	if (!is_number || length - at < sizeof after - 1 || memcmp(text + at, after, sizeof after - 1) != 0)
		return 0;
	return id;
}

/* The text of a string as JSON, with its quotes; the caller frees. */
static char *quote(const char *text)
{
	struct json *value = json_new_text(text);
	char *quoted = json_print(value, false);
	json_free(value);
	return quoted;
}

char *cdp_message_command(int64_t id, const char *session, const char *method,
	const struct json *params)
{
	bool has_session = session && session[0] != '\0';
	char *method_text = quote(method);
	char *params_text = params ? json_print(params, false) : mem_strdup("{}");
	char *session_text = has_session ? quote(session) : mem_strdup("");
	char *text = mem_format("{\"id\":%" PRId64 ",\"method\":%s,\"params\":%s%s%s}", id, method_text,
		params_text, has_session ? ",\"sessionId\":" : "", session_text);
	free(method_text);
	free(params_text);
	free(session_text);
	return text;
}
