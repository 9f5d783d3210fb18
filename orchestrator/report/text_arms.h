/* The tables of arms: latency in two (what came out; where it went), other metrics in as many as they
 * need. */
#ifndef WASMOGRAPH_REPORT_TEXT_ARMS_H
#define WASMOGRAPH_REPORT_TEXT_ARMS_H

#include <stdio.h>

#include "report/summary.h"

void text_arms(FILE *out, const struct summary *summary);

#endif
