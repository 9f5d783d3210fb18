/* What a fuzz target is: test/fuzz/NAME_fuzz.c defines LLVMFuzzerTestOneInput(), which gives the bytes to something pure,
 * and abort()s when a promise of it is broken. test/fuzz/seeds.py makes inputs to begin with; test/fuzz/run runs all
 * targets. Nothing else has to be told that a target exists. */
#ifndef WASMOGRAPH_TEST_FUZZ_H
#define WASMOGRAPH_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* A broken promise: libFuzzer keeps the input. */
#define FUZZ_PROMISE(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/* An error has a code and a sentence. */
#define FUZZ_PROMISE_ERROR(err) FUZZ_PROMISE((err).code != ERR_NONE && (err).text[0])

#endif
