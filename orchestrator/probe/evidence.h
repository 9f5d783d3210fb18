/* "evidence" in probe.json: what `wasmograph claims` measures to decide the probe's claims. Pure.
 *
 * Ownership: the struct owns its values; evidence_release() frees them. */
#ifndef WASMOGRAPH_PROBE_EVIDENCE_H
#define WASMOGRAPH_PROBE_EVIDENCE_H

#include <stddef.h>

#include "probe/rules.h"

/* Of what comes out the same in every launch: one, and one to confirm it. */
enum { EVIDENCE_DETERMINATE_LAUNCHES = 2 };

/* How thorough a command is. */
enum evidence_mode { EVIDENCE_DEFAULT, EVIDENCE_QUICK, EVIDENCE_FULL, EVIDENCE_MODES };

/* "default" "quick" "full" */
const char *evidence_mode_name(enum evidence_mode mode);

struct evidence_effort {
	int blocks, most_blocks;   /* before the first look, and at most; most_blocks ≥ blocks */
	char **parameters;         /* "K=V" */
	size_t parameter_count;
};

struct probe_evidence {
	struct evidence_effort modes[EVIDENCE_MODES];
};

struct probe;

/* `rules` is of the probe.json; without "evidence" six blocks of the probe's own parameters. The probe's parameters
 * are read already. On error too, release. */
int evidence_read(const struct rules *rules, const struct probe *probe, struct probe_evidence *evidence);
void evidence_release(struct probe_evidence *evidence);

#endif
