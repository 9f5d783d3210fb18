/* Clocks. Everything measured is on CLOCK_MONOTONIC, the clock of Chromium's
 * trace timestamps on Linux (base/tracing/trace_time.h). */
#ifndef WASMOGRAPH_BASE_MONO_H
#define WASMOGRAPH_BASE_MONO_H

#include <stddef.h>
#include <stdint.h>

int64_t mono_now_us(void);     /* CLOCK_MONOTONIC, µs */
int64_t mono_wall_us(void);    /* CLOCK_REALTIME, µs since 1970; for display and ids only */

enum { MONO_STAMP_SIZE = 17 };   /* "20261123T231459Z" and its terminator */
enum { MONO_ISO_SIZE = 28 };     /* "2026-11-23T23:14:59.123456Z" and its terminator */

void mono_format_stamp(int64_t wall_us, char out[MONO_STAMP_SIZE]);
void mono_format_iso(int64_t wall_us, char out[MONO_ISO_SIZE]);

#endif
