/* Chrome DevTools Protocol messages as text: builds commands, tells replies from
 * events. Pure: bytes in, values out.
 *
 * Protocol: https://chromedevtools.github.io/devtools-protocol/ (flattened sessions:
 * "sessionId" beside "id" and "method"). Tested with truncated, mutated and hostile input.
 * Ownership: a parsed message owns its JSON until cdp_message_release(). Any thread. */
#ifndef WASMOGRAPH_CDP_MESSAGE_H
#define WASMOGRAPH_CDP_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

/* Largest message we accept: Chromium's own limit for what it sends is 256 MiB, but nothing
 * that we ask for outside IO.read comes near this. */
enum { CDP_MESSAGE_CEILING = 16 * 1024 * 1024 };

enum cdp_message_kind { CDP_REPLY, CDP_ERROR_REPLY, CDP_EVENT };

struct cdp_message {
	enum cdp_message_kind kind;
	struct json *root;          /* owns everything below */
	int64_t id;                 /* replies; 1 … 2^53−1 */
	const char *session;        /* "" = the browser session */
	const char *method;         /* events; never empty */
	const struct json *result;  /* replies: result, an object; events: params, an object or NULL */
	int64_t error_code;         /* error replies */
	const char *error_text;     /* error replies: "message" */
	const char *error_data;     /* error replies: "data", which names the parameter; "" if none */
};

/* 0 with *message to be released; ERR_INVALID or ERR_TOO_LARGE otherwise, and nothing to
 * release. Refused: anything that is neither a reply (id with result or error) nor an event
 * (method without id), and members of the wrong type. Unknown members are ignored. */
int cdp_message_parse(const char *text, size_t length, struct cdp_message *message,
	struct err *err);
void cdp_message_release(struct cdp_message *message);

/* The id of a text that begins as Chromium's replies do, {"id":N,"result":, unread beyond that;
 * 0 for any other text, which may be a reply all the same. */
int64_t cdp_message_reply_id(const char *text, size_t length);

/* The text of a command; the caller frees. session may be NULL or ""; params is borrowed and
 * may be NULL. */
char *cdp_message_command(int64_t id, const char *session, const char *method,
	const struct json *params);

#endif
