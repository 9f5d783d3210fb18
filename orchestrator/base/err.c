#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Formats into a buffer of its own first: an argument may be err->text itself. */
static void format_text(char out[ERR_TEXT_SIZE], const char *format, va_list arguments)
{
	int length = vsnprintf(out, ERR_TEXT_SIZE, format, arguments);
	if (length >= ERR_TEXT_SIZE)
		out[utf8_whole_prefix(out, strlen(out))] = '\0';
	if (length < 0)
		out[0] = '\0';
}

static int set_text(struct err *err, enum err_code code, const char *text)
{
	if (err) {
		err->code = code;
		size_t length = strlen(text);
		if (length >= sizeof err->text)
			length = utf8_whole_prefix(text, sizeof err->text - 1);
		memcpy(err->text, text, length);
		err->text[length] = '\0';
	}
	return -1;
}

int err_set(struct err *err, enum err_code code, const char *format, ...)
{
	char text[ERR_TEXT_SIZE];
	va_list arguments;
	va_start(arguments, format);
	format_text(text, format, arguments);
	va_end(arguments);
	return set_text(err, code, text);
}

int err_set_errno(struct err *err, enum err_code code, int errnum, const char *format, ...)
{
	char what[ERR_TEXT_SIZE];
	va_list arguments;
	va_start(arguments, format);
	format_text(what, format, arguments);
	va_end(arguments);

	/* strerrordesc_np needs no buffer and no locale, and is safe in any thread (glibc 2.32). */
	const char *why = strerrordesc_np(errnum);
	char text[2 * ERR_TEXT_SIZE];
	if (why)
		snprintf(text, sizeof text, "%s: %s", what, why);
	else
		snprintf(text, sizeof text, "%s: error %d", what, errnum);
	if (errnum == ENOSPC || errnum == EDQUOT || errnum == EFBIG)
		code = ERR_NO_SPACE;
	return set_text(err, code, text);
}

int err_prefix(struct err *err, const char *format, ...)
{
	if (!err)
		return -1;
	char context[ERR_TEXT_SIZE];
	va_list arguments;
	va_start(arguments, format);
	format_text(context, format, arguments);
	va_end(arguments);

	char text[2 * ERR_TEXT_SIZE + 2];
	snprintf(text, sizeof text, "%s: %s", context, err->text);
	return set_text(err, err->code, text);
}

void err_clear(struct err *err)
{
	if (err) {
		err->code = ERR_NONE;
		err->text[0] = '\0';
	}
}

const char *err_code_name(enum err_code code)
{
	switch (code) {
	case ERR_NONE: return "none";
	case ERR_USAGE: return "usage";
	case ERR_ENVIRONMENT: return "environment";
	case ERR_NO_SPACE: return "no_space";
	case ERR_BUSY: return "busy";
	case ERR_NOT_FOUND: return "not_found";
	case ERR_IO: return "io";
	case ERR_INVALID: return "invalid";
	case ERR_TOO_LARGE: return "too_large";
	case ERR_TIMEOUT: return "timeout";
	case ERR_CLOSED: return "closed";
	case ERR_REFUSED: return "refused";
	case ERR_GUEST: return "guest";
	case ERR_INTERRUPTED: return "interrupted";
	}
	return "unknown";
}
