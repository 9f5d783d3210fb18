"""A large trace of a real one: the recording over and over, each copy later than the one before, with ids of its own, so that
it reads as one long recording; and the samples that go with it.

    grow.py TRACE SAMPLES.csv OUT_TRACE OUT_SAMPLES MEGABYTES

What Chromium writes one event a line stays as it is but for: ts, the startTime of marks (their clock), the ids of messages and of
arrows. The order is Chromium's, too: slices and instants by time, then arrows, then measures."""
import csv
import pathlib
import re
import sys

GAP_US = 10_000
TS = re.compile(rb'"ts":(\d+)')
START = re.compile(rb'"startTime":([\d.]+)')
MESSAGE = re.compile(rb'"traceId":"(\d+)"')
ARROW = re.compile(rb'"id":(\d+)')
PHASE = re.compile(rb'"ph":"(.)"')
GROUPS = [b"XIR", b"sf", b"ben"]  # in the order in which they stand


class Recording:
    """Lines of events by what they are, and the rest of the document."""

    def __init__(self, path):
        lines = path.read_bytes().split(b"\n")
        self.head, *events = lines
        self.tail = b""
        while events and not events[-1].startswith(b'{"args"'):
            self.tail = events.pop() + self.tail
        last, _, rest = events[-1].partition(b'],"metadata"')
        if rest:
            events[-1], self.tail = last, b'],"metadata"' + rest + self.tail
        events = [event.rstrip(b",") for event in events]
        by_phase = {}
        for event in events:
            by_phase.setdefault(PHASE.search(event)[1], []).append(event)
        self.names = by_phase.pop(b"M", [])
        self.lasting = by_phase.pop(b"B", [])  # they never end: only the last copy has them
        self.groups = [[event for event in events if PHASE.search(event)[1] in group] for group in GROUPS]
        kept = [event for group in self.groups for event in group]
        if len(kept) != sum(map(len, by_phase.values())):
            raise ValueError(f"{path} holds phases that are not known here: {sorted(by_phase)}")
        times = [int(TS.search(event)[1]) for event in kept]
        self.span_us = max(times) - min(times) + GAP_US
        self.size = sum(len(event) + 2 for event in kept)


def moved(event, copy, span_us):
    if copy == 0:
        return event
    event = TS.sub(lambda found: b'"ts":%d' % (int(found[1]) + copy * span_us), event)
    if b'"startTime"' in event:
        event = START.sub(lambda found: b'"startTime":%.3f' % (float(found[1]) + copy * span_us / 1000), event)
    if b'"traceId"' in event:
        event = MESSAGE.sub(lambda found: b'"traceId":"%d"' % (int(found[1]) + copy * 10**14), event)
    return event


def moved_arrow(event, copy, span_us):
    return ARROW.sub(lambda found: b'"id":%d' % (int(found[1]) + copy * 10**7), moved(event, copy, span_us))


def grown_events(recording, copies):
    yield from recording.names
    for group, move in zip(recording.groups, (moved, moved_arrow, moved)):
        for copy in range(copies):
            yield from (move(event, copy, recording.span_us) for event in group)
        if group is recording.groups[0]:
            yield from (moved(event, copies - 1, recording.span_us) for event in recording.lasting)


def grow_trace(recording, out, copies):
    out.write(recording.head)
    for number, event in enumerate(grown_events(recording, copies)):
        out.write((b",\n" if number else b"\n") + event)
    out.write(b"\n" + recording.tail)


COLUMNS = ["sample", "due_ms", "sent_ms", "received_ms", "replied_ms", "returned_ms"]


def grow_samples(text, copies, span_us):
    """Of an exported CSV what `explain --samples` needs, without the cold ones: they come first, and only once."""
    rows = [row for row in csv.DictReader(text.splitlines()) if row.get("cold", "0") == "0"]
    lines = [",".join(COLUMNS)]
    for copy in range(copies):
        for number, row in enumerate(rows):
            times = [repr(float(row[name]) + copy * span_us / 1000) if row[name] else "" for name in COLUMNS[1:]]
            lines.append(",".join([str(copy * len(rows) + number), *times]))
    return "\n".join(lines) + "\n"


def grow(trace, samples, out_trace, out_samples, megabytes):
    """How many copies there are."""
    recording = Recording(trace)
    copies = max(1, -(-int(megabytes * 1_000_000) // recording.size))
    with open(out_trace, "wb") as out:
        grow_trace(recording, out, copies)
    out_samples.write_text(grow_samples(samples.read_text(), copies, recording.span_us))
    return copies


if __name__ == "__main__":
    print(grow(*map(pathlib.Path, sys.argv[1:5]), float(sys.argv[5])))
