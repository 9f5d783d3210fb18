"""A large trace of a real one: the recording over and over, each copy later than the one before, with ids of its own, so that
it reads as one long recording; and the samples that go with it.

    grow.py TRACE SAMPLES.csv OUT_TRACE OUT_SAMPLES MEGABYTES

What Chromium writes one event a line stays as it is but for: ts, the startTime of marks (their clock), the ids of messages and of
arrows. Slices come first and arrows last in a recording; so they do in what is made."""
import csv
import pathlib
import re
import sys

GAP_US = 10_000
TS = re.compile(rb'"ts":(\d+)')
START = re.compile(rb'"startTime":([\d.]+)')
MESSAGE = re.compile(rb'"traceId":"(\d+)"')
ARROW = re.compile(rb'"id":(\d+)')
ARROW_PHASE = re.compile(rb'"ph":"[stf]"')
METADATA = b'"ph":"M"'
BEGIN = b'"ph":"B"'


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
        self.names = [event for event in events if METADATA in event]
        self.lasting = [event for event in events if BEGIN in event]  # only in the last copy: they never end
        others = [event for event in events if METADATA not in event and BEGIN not in event]
        self.arrows = [event for event in others if ARROW_PHASE.search(event)]
        self.slices = [event for event in others if not ARROW_PHASE.search(event)]
        times = [int(TS.search(event)[1]) for event in others]
        self.span_us = max(times) - min(times) + GAP_US
        self.size = sum(len(event) + 2 for event in others)


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


def grow_trace(recording, out, copies):
    out.write(recording.head + b"\n")
    out.writelines(event + b",\n" for event in recording.names)
    for copy in range(copies):
        out.writelines(moved(event, copy, recording.span_us) + b",\n" for event in recording.slices)
    out.writelines(moved(event, copies - 1, recording.span_us) + b",\n" for event in recording.lasting)
    arrows = (moved_arrow(event, copy, recording.span_us) for copy in range(copies) for event in recording.arrows)
    before = None
    for arrow in arrows:
        if before:
            out.write(before + b",\n")
        before = arrow
    out.write(before + b"\n" + recording.tail)


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
