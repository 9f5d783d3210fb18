#include "trace/marks.h"

#include <math.h>

void trace_marks_begin(struct trace_marks *marks)
{
	*marks = (struct trace_marks){ 0, NAN, NAN, NAN, NAN };
}

void trace_marks_add(struct trace_marks *marks, double ts_us)
{
	marks->count++;
	if (!(ts_us >= marks->first_us)) {
		marks->second_us = marks->first_us;
		marks->first_us = ts_us;
	} else if (!(ts_us >= marks->second_us)) {
		marks->second_us = ts_us;
	}
	if (!(ts_us <= marks->last_us)) {
		marks->before_last_us = marks->last_us;
		marks->last_us = ts_us;
	} else if (!(ts_us <= marks->before_last_us)) {
		marks->before_last_us = ts_us;
	}
}

struct trace_mark_ends trace_marks_missing(const struct trace_marks *marks, bool head_lost)
{
	bool first = marks->second_us - marks->first_us < TRACE_MARK_PAIR_US;
	bool last = marks->last_us - marks->before_last_us < TRACE_MARK_PAIR_US;
	bool one_pair = first && last && marks->count < 4;
	return (struct trace_mark_ends){ .start = !first || (one_pair && head_lost),
		.end = !last || (one_pair && !head_lost) };
}
