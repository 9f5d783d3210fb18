/* Scores what is stored: explains the traced launches of runs, holds them against their truths, and tries the controls.
 *
 * The truth comes from the launch's artefact of kind "truth" alone, after the launch has been explained.
 * Ownership: scored_free(). Reads the store and the results folder. */
#ifndef WASMOGRAPH_REPORT_SCORED_H
#define WASMOGRAPH_REPORT_SCORED_H

#include "report/score_set.h"
#include "store/store.h"

enum { SCORED_SETS = 2 };

struct scored;

struct scored *scored_new(void);
void scored_free(struct scored *scored); /* NULL is fine */

/* Adds the valid traced launches of a run (or the one launch of the address, whatever became of it). ERR_NOT_FOUND: none of them
 * has a truth. ERR_USAGE: one of them was added before. ERR_INVALID: a truth is none. */
int scored_add(struct scored *scored, struct store *store, const struct store_address *address, struct err *err);

/* The sets that have a run, tuning first: their scores are of everything added so far, and end with the next
 * scored_add(). */
size_t scored_sets(struct scored *scored, const struct score_set *sets[SCORED_SETS]);

#endif
