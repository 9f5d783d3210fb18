/* One sample's story in words: due, sent, received, replied, returned, and what each thread did meanwhile. At most 100
 * columns, plain text. */
#ifndef WASMOGRAPH_REPORT_EXPLAIN_STORY_H
#define WASMOGRAPH_REPORT_EXPLAIN_STORY_H

#include <stddef.h>
#include <stdio.h>

#include "report/explanation.h"

/* `sample` is an index; the launch's result has its story if there is one. */
void explain_story(FILE *out, const struct explanation_launch *launch, size_t sample);

#endif
