/* The comparisons of a run: ratio, interval, p, verdict, and what a reader must know beside them. */
#ifndef WASMOGRAPH_REPORT_TEXT_COMPARE_H
#define WASMOGRAPH_REPORT_TEXT_COMPARE_H

#include <stdio.h>

#include "report/summary.h"

void text_compare(FILE *out, const struct summary *summary);

/* "response P95" for "response_p95"; other names as they are, with spaces. The caller frees. */
char *text_metric_name(const char *metric);

#endif
