/* The tracks of a trace: threads, processes, counters, and others, on which asynchronous events stand. Private to trace/.
 *
 * A measure of the page's has a track of its own, so that there may be very many: those that hold nothing are forgotten
 * when there are TRACE_TRACKS_MANY, and described again when they come again.
 *
 * Pure. Ownership: trace_tracks_release(); a track stays where it is until the next trace_tracks_get(). */
#ifndef WASMOGRAPH_TRACE_PROTO_TRACKS_H
#define WASMOGRAPH_TRACE_PROTO_TRACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/proto_held.h"
#include "trace/wire.h"

enum { TRACE_TRACKS_MANY = 4096, TRACE_TRACKS_MAX = 1 << 17, TRACE_TRACK_NAME_SIZE = 64 };

enum trace_track_kind { TRACE_TRACK_OTHER, TRACE_TRACK_THREAD, TRACE_TRACK_PROCESS, TRACE_TRACK_COUNTER };

struct trace_track {
	uint64_t uuid;
	uint64_t parent;         /* 0: none */
	enum trace_track_kind kind;
	int64_t pid, tid;        /* of a thread; of a process the pid */
	uint64_t unit;           /* of a counter: what its numbers are to be multiplied with */
	bool is_thread_time, is_incremental; /* of a counter */
	bool described;
	uint64_t told;           /* for the user: what was told of it already */
	struct trace_held *held; /* its events that cannot be told yet; NULL: none */
};

struct trace_tracks {
	struct trace_track *slots; /* of a free one `used` is false */
	bool *used;
	size_t slot_count, count;
};

void trace_tracks_init(struct trace_tracks *tracks);
void trace_tracks_release(struct trace_tracks *tracks);

/* The track, or NULL. */
struct trace_track *trace_tracks_find(const struct trace_tracks *tracks, uint64_t uuid);

/* The track, made if need be; NULL when there are TRACE_TRACKS_MAX. */
struct trace_track *trace_tracks_get(struct trace_tracks *tracks, uint64_t uuid);

/* What a descriptor says beyond the track itself. */
struct trace_track_news {
	struct trace_track *track; /* NULL: the descriptor was not taken */
	bool has_name;           /* of a thread or process: "" when it says none */
	char name[TRACE_TRACK_NAME_SIZE];
};

/* Takes a TrackDescriptor. False when it is damaged. */
bool trace_tracks_describe(struct trace_tracks *tracks, struct trace_wire descriptor, struct trace_track_news *news);

/* The thread or process that a track belongs to, itself included; NULL when it is not known. */
const struct trace_track *trace_tracks_owner(const struct trace_tracks *tracks, const struct trace_track *track);

#endif
