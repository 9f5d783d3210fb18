/* What the trace of a finished launch says of its slow samples, in the form that is stored with it. Between windows only:
 * it reads the whole trace.
 *
 * Ownership: causes_release(); names are static. */
#ifndef WASMOGRAPH_RUN_CAUSES_H
#define WASMOGRAPH_RUN_CAUSES_H

#include <stdbool.h>

#include "probe/upload.h"
#include "run/recording.h"
#include "store/explanation.h"

struct causes_input {
	const char *folder;      /* absolute; holds recording_name() and perhaps TICKS_NAME */
	enum trace_format format;
	const struct upload *upload;
	const struct recording *recording;
	bool target_is_main;     /* the guest's thread */
	double threshold_ms;
};

/* Never fails: what cannot be told becomes the refusal. */
void causes_tell(const struct causes_input *input, struct store_explanation *explanation);
void causes_release(struct store_explanation *explanation);

#endif
