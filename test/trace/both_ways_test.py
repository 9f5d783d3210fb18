"""One browser recorded both ways at once: what trace/ reads of the protobuf is what Chromium's own JSON says, but for what
each of the two sessions draws or reads for itself; and the JSON that we make of the protobuf is read by others as ours is.

Each session reads the clock itself, some µs apart, so that times differ by so much; more where the thread was put off the
processor between the two readings. The order in which a thread's events come is the same in both."""
import collections
import json
import pathlib
import statistics
import subprocess
import types

import engine_test
import oracle_test
import pytest
import record

# What a session draws for itself: ids by which DevTools finds the sample, and of measures.
DRAWN = ["sampleTraceId"]
DRAWN_OF = {"UserTiming::Measure": ["traceId"], "h:guest": ["traceId"], "h:guestgc": ["traceId"],
            "UpdateCounters": ["data.jsHeapSizeUsed"]}
# Arguments with a type of their own, whose names stand behind the events in protobuf: not read.
TYPED = ["animation_frame_timing_info", "animation_frame_script_timing_info", "begin_frame_id"]
PHASE, PID, TID, TS, DUR, TDUR, TTS, NAME, CATEGORY, ID, ID2, ARGS = range(12)


def record_both(folder):
    files = types.SimpleNamespace(json=folder / "a.json", proto=folder / "a.pftrace", converted=folder / "converted.json")
    done = record.record(record.parse([str(files.json), "--seconds", "3", "--rate", "200", "--startup", str(files.proto)]))
    assert not done["data_loss"] and files.json.stat().st_size > 500_000
    with open(files.converted, "wb") as out:
        subprocess.run([oracle_test.DUMP, files.proto, "json"], stdout=out, check=True, timeout=300)
    files.counts = done
    files.of_json = oracle_test.dump(files.json)
    files.of_proto = oracle_test.dump(files.proto)
    files.of_converted = oracle_test.dump(files.converted)
    return files


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """On a busy machine Chromium may lose events, and says so: then they are recorded again."""
    for _ in range(4):
        files = record_both(tmp_path_factory.mktemp("both"))
        if not any(facts["loss"] for _, facts in (files.of_json, files.of_proto)):
            break
    return files


def between_marks(events, facts, role):
    """A thread's events between its first clock mark and its last one, by phase and name, in their order."""
    thread = [facts[role]["pid"], facts[role]["tid"]]
    marks = [facts[role]["first_mark_us"], facts[role]["last_mark_us"]]
    found = collections.defaultdict(list)
    for event in events:
        if event[PID:TID + 1] == thread and event[PHASE] not in "Msf" and marks[0] < event[TS] < marks[1]:
            found[event[PHASE], event[NAME]].append(event)
    for rows in found.values():
        rows.sort(key=lambda event: event[TS])
    return found


def counts_of(found):
    """X of 0 µs is I: which it is depends on the µs in which the clock was read."""
    counts = collections.Counter()
    for (phase, name), rows in found.items():
        counts["X" if phase == "I" and ("X", name) in found else phase, name] += len(rows)
    return counts


def test_as_many_events_of_each_name_and_phase(both):
    for role in ("main", "worker"):
        theirs, ours = (counts_of(between_marks(*read, role)) for read in (both.of_json, both.of_proto))
        assert ours == theirs
        assert sum(ours.values()) > 2000


def without_drawn(event):
    """Chromium's JSON has doubles with 16 digits, of which the last is off."""
    arguments = json.loads(json.dumps(event[ARGS]), parse_float=lambda text: float(f"{float(text):.14g}"))
    for path in DRAWN + DRAWN_OF.get(event[NAME], []) + [f"data.{name}" for name in DRAWN] + TYPED:
        *outer, name = path.split(".")
        place = arguments
        for key in outer:
            place = place.get(key, {})
        place.pop(name, None)
    return arguments


def test_the_same_arguments_and_times(both):
    apart = collections.defaultdict(list)
    for role in ("main", "worker"):
        theirs, ours = (between_marks(*read, role) for read in (both.of_json, both.of_proto))
        for kind in theirs.keys() & ours.keys():
            if len(theirs[kind]) != len(ours[kind]):  # slices of 0 µs, which the first test counts
                continue
            for one, other in zip(theirs[kind], ours[kind]):
                assert without_drawn(other) == without_drawn(one), kind
                assert other[CATEGORY] == one[CATEGORY]
                assert (other[TTS] is None) == (one[TTS] is None)
                apart["ts"].append(abs(other[TS] - one[TS]))
                if kind[0] == "X":
                    apart["dur"].append(abs(other[DUR] - one[DUR]))
                    apart["tdur"].append(abs(other[TDUR] - one[TDUR]))
    for rows in apart.values():
        assert len(rows) > 1000 and statistics.median(rows) < 15
        assert sum(row > 100 for row in rows) < 0.05 * len(rows)


def test_the_same_messages_and_collections(both):
    pairs = []
    for events, facts in (both.of_json, both.of_proto):
        ends = collections.defaultdict(set)
        for event in events:
            if event[NAME] in ("SchedulePostMessage", "HandlePostMessage") and event[PHASE] in "XIB":
                ends[event[NAME]].add((event[ARGS]["data"]["traceId"], event[PID], event[TID]))
        pairs.append(ends)
        assert facts["to_worker"] == both.counts["to_target"] and facts["to_main"] == both.counts["to_sender"]
        assert facts["unpaired"] == 0 and facts["loss"] == {}
    for name, ids in pairs[0].items():
        assert ids <= pairs[1][name] and len(ids) > 500
    for role in ("main", "worker"):
        theirs, ours = both.of_json[1][role], both.of_proto[1][role]
        assert [ours[key] for key in ("pid", "tid", "name", "marks")] == [theirs[key] for key in ("pid", "tid", "name", "marks")]
    assert both.of_proto[1]["worker"]["minor_gcs"] == both.of_json[1]["worker"]["minor_gcs"] > 10
    for key in ("guest_gcs", "wasm_lazy_compiles", "wasm_tier_ups"):
        assert both.of_proto[1][key] == both.of_json[1][key] > 0


def test_flows_join_the_same_ends(both):
    """By the two slices that an arrow joins; which of two ends of one moment comes first is the clock's matter."""
    joined = []
    for events, facts in (both.of_json, both.of_proto):
        threads = {(facts[role]["pid"], facts[role]["tid"]) for role in ("main", "worker")}
        ends = collections.defaultdict(list)
        for event in events:
            if event[PHASE] in "sf" and event[NAME] in ("SchedulePostMessage", "HandlePostMessage"):
                ends[event[ID]].append((event[PID], event[TID]))
        joined.append(sum(len(pair) == 2 and set(pair) == threads for pair in ends.values()))
    assert joined[0] <= joined[1] <= joined[0] + 10 and joined[0] > 500


def test_the_converted_trace_says_the_same(both):
    events, facts = both.of_proto
    converted, facts_converted = both.of_converted
    assert sorted(map(json.dumps, converted)) == sorted(map(json.dumps, events))
    facts, facts_converted = dict(facts), dict(facts_converted)
    assert facts.pop("events") == facts_converted.pop("events") - sum(event[PHASE] in "sf" for event in events)
    for role in ("main", "worker"):  # flows are counted where they stand as events
        facts[role], facts_converted[role] = dict(facts[role]), dict(facts_converted[role])
        assert facts[role].pop("events") < facts_converted[role].pop("events")
    assert facts_converted == facts
    times = [event[TS] for event in converted]
    assert times == sorted(times)


def test_the_converted_trace_is_read_by_python(both):
    trace, facts = oracle_test.compare(both.converted)
    oracle_test.check_threads(trace["traceEvents"], facts)
    oracle_test.check_counts(trace["traceEvents"], facts)
    theirs = json.loads(pathlib.Path(both.json).read_text())["metadata"]
    # Not in protobuf, or of the moment: the trace processor's account, the time, the network's state.
    moving = {"trace_processor_stats", "trace-capture-datetime", "network-connection-type", "revision"}
    same = {key: value for key, value in theirs.items() if key not in moving and not key.startswith(("network-", "net-"))}
    assert {key: trace["metadata"].get(key) for key in same} == same and len(same) > 15


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """Recorded in protobuf by the page's session, as wasmograph records."""
    folder = tmp_path_factory.mktemp("alone")
    files = types.SimpleNamespace(proto=folder / "a.pftrace", converted=folder / "converted.json")
    files.counts = record.record(record.parse([str(files.proto), "--seconds", "2", "--rate", "200", "--format", "proto"]))
    with open(files.converted, "wb") as out:
        subprocess.run([oracle_test.DUMP, files.proto, "json"], stdout=out, check=True, timeout=300)
    _, files.facts = oracle_test.dump(files.proto)
    return files


def test_the_engine_of_devtools_reads_the_converted_trace(alone):
    """And finds in it what we find in the protobuf."""
    (answer,) = engine_test.read(alone.converted)
    facts = alone.facts
    page, worker = (str(facts[role]["tid"]) for role in ("main", "worker"))
    assert answer["marks"]["align:main"] == {page: facts["main"]["marks"]}
    assert answer["marks"]["align:worker"] == {worker: facts["worker"]["marks"]}
    assert answer["renderers"] == [facts["main"]["pid"]]
    assert {str(found["tid"]): found["url"] for found in answer["workers"]}[worker].endswith("/worker.js")
    found = {(route["from"], route["to"]): route for route in answer["messages"]}
    for route, count in (((page, worker), "to_worker"), ((worker, page), "to_main")):
        route = found[tuple(map(int, route))]
        assert route["count"] == facts[count] > 200 and route["linked"] > 0.95 * route["count"]
    for role, tid in (("main", page), ("worker", worker)):
        theirs = answer["threads"][tid]
        assert [theirs["name"], theirs["MinorGC"], theirs["MajorGC"]] == \
            [facts[role]["name"], facts[role]["minor_gcs"], facts[role]["major_gcs"]]
    assert answer["measures"]["h:guestgc"] == facts["guest_gcs"] > 0
    assert facts["worker"]["minor_gcs"] > 5
