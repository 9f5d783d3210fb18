#include "trace/format.h"

#include <string.h>

static const char *const names[] = { [TRACE_FORMAT_UNKNOWN] = "unknown", [TRACE_FORMAT_JSON] = "json",
	[TRACE_FORMAT_PROTOBUF] = "protobuf" };

const char *trace_format_name(enum trace_format format)
{
	return names[format];
}

enum trace_format trace_format_named(const char *name)
{
	for (enum trace_format format = TRACE_FORMAT_JSON; format <= TRACE_FORMAT_PROTOBUF; format++) {
		if (strcmp(names[format], name) == 0)
			return format;
	}
	return TRACE_FORMAT_UNKNOWN;
}

/* A file of packets begins with the tag of one, 0x0A, which is also a line feed. After that a packet has its length and the
 * tag of its first field; JSON has white space and brackets, and in the third place one of these. No field of a packet
 * that Perfetto writes has such a tag. */
enum trace_format trace_format_of(const char *bytes, size_t length)
{
	static const char second[] = " \t\r\n[{", third[] = " \t\r\n[{]}\"";
	if (length == 0)
		return TRACE_FORMAT_UNKNOWN;
	if (bytes[0] != '\n')
		return TRACE_FORMAT_JSON;
	if (length == 1)
		return TRACE_FORMAT_UNKNOWN;
	if (!memchr(second, bytes[1], sizeof second - 1))
		return TRACE_FORMAT_PROTOBUF;
	if (length == 2)
		return TRACE_FORMAT_UNKNOWN;
	return memchr(third, bytes[2], sizeof third - 1) ? TRACE_FORMAT_JSON : TRACE_FORMAT_PROTOBUF;
}
