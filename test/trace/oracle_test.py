"""Python's own JSON reader against trace/: every event of real traces, and every figure that the check computes of them,
computed here a second time in a few simple lines."""
import collections
import gzip
import json
import math
import os
import pathlib
import subprocess

import pytest

SOURCE = pathlib.Path(os.environ.get("WASMOGRAPH_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("WASMOGRAPH_BUILD", SOURCE / "build"))
DUMP = BUILD / "test/trace/trace_dump"
FIXTURES = [SOURCE / "test/fixtures/trace" / name for name in ("whole.json.gz", "lossy.json.gz")]
LONG_TASK_US = 50000


def dump(file, chunk=65536):
    done = subprocess.run([DUMP, str(file), str(chunk)], capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    *events, facts = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return events, facts


def load(file):
    data = file.read_bytes()
    return json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)


def row(event):
    """As trace_dump prints an event."""
    return [event.get("ph", "-"), event.get("pid", 0), event.get("tid", 0), event.get("ts"), event.get("dur", 0),
            event.get("tdur", 0), event.get("tts"), event.get("name", ""), event.get("cat", ""), event.get("id"),
            event.get("id2"), event.get("args")]


def compare(file):
    trace = load(file)
    theirs = trace["traceEvents"] if isinstance(trace, dict) else trace
    ours, facts = dump(file)
    assert len(ours) == len(theirs) == facts["events"]
    for mine, event in zip(ours, theirs):
        assert mine == row(event)
    return trace, facts


def thread_of(event):
    return event["pid"], event["tid"]


def outermost(events, names):
    """Those of the names that do not begin inside one that was counted before, by thread."""
    found, until = collections.defaultdict(list), collections.defaultdict(lambda: -math.inf)
    for event in events:
        if event["ph"] == "X" and event["name"] in names and event["ts"] >= until[thread_of(event)]:
            found[thread_of(event)].append(event)
            until[thread_of(event)] = event["ts"] + event["dur"]
    return found


def pairs(events):
    ends = {"SchedulePostMessage": {}, "HandlePostMessage": {}}
    for event in events:
        if event["name"] in ends and event["ph"] in "XIB":  # B: it lasted longer than the recording
            ends[event["name"]][event["args"]["data"]["traceId"]] = event
    posts, handles = ends.values()
    for identifier in posts.keys() & handles.keys():
        yield posts[identifier], handles[identifier]


def check_threads(events, facts):
    collections_ = outermost(events, {"MinorGC", "MajorGC", "V8.GCIncrementalMarking", "V8.GCIncrementalMarkingStart"})
    tasks = outermost(events, {"RunTask", "ThreadControllerImpl::RunTask"})
    for role in ("main", "worker"):
        marks = sorted(event["ts"] for event in events if event["name"] == f"align:{role}")
        (thread,) = {thread_of(event) for event in events if event["name"] == f"align:{role}"}
        mine = facts[role]
        assert (mine["pid"], mine["tid"]) == thread
        assert mine["events"] == sum(thread_of(event) == thread for event in events)
        assert [mine["marks"], mine["first_mark_us"], mine["last_mark_us"]] == [len(marks), marks[0], marks[-1]]
        names = [event["name"] for event in collections_[thread]]
        assert [mine["minor_gcs"], mine["major_gcs"]] == [names.count("MinorGC"), names.count("MajorGC")]
        assert mine["gc_us"] == sum(event["dur"] for event in collections_[thread])
        assert mine["tasks"] == len(tasks[thread])
        assert mine["long_tasks"] == sum(event["dur"] >= LONG_TASK_US for event in tasks[thread])


def check_messages(events, facts, first, last):
    page, worker = ((facts[role]["pid"], facts[role]["tid"]) for role in ("main", "worker"))
    routes = collections.Counter((thread_of(post), thread_of(handle)) for post, handle in pairs(events)
                                 if first <= post["ts"] <= last)
    assert facts["to_worker"] == routes[page, worker] > 0
    assert facts["to_main"] == routes[worker, page] > 0


def check_counts(events, facts):
    timed = [event for event in events if event["ph"] != "M"]
    assert facts["first_us"] == min(event["ts"] for event in timed)
    assert facts["last_us"] == max(event["ts"] + event.get("dur", 0) for event in timed)
    names = collections.Counter(event["name"] for event in events if event["ph"] in "XIB")
    assert facts["wasm_compiles"] == names["wasm.SyncCompile"] + names["wasm.AsyncCompile"] + \
        names["wasm.StartStreamingCompilation"] > 0
    assert facts["wasm_lazy_compiles"] == names["wasm.CompileLazy"]
    assert facts["wasm_tier_ups"] == names["wasm.TopTierCompilation"]
    timings = [event for event in events if event["cat"] == "blink.user_timing"]
    begun = [event for event in timings if event["ph"] == "b"]
    marks = [event for event in timings if event["ph"] in "IR" and "startTime" in event["args"].get("data", {})]
    assert facts["user_timings"] == len(begun) + len(marks)
    assert facts["guest_gcs"] == sum(event["name"] == "h:guestgc" for event in begun) > 0


def check_all(file, whole):
    trace, facts = compare(file)
    events = trace["traceEvents"]
    check_threads(events, facts)
    check_counts(events, facts)
    marks = [event["ts"] for event in events if event["name"].startswith("align:")]
    check_messages(events, facts, min(marks), max(marks) if whole else math.inf)
    return trace, facts


def test_fixtures():
    trace, facts = check_all(FIXTURES[0], whole=True)
    assert facts["loss"] == {}
    trace, facts = check_all(FIXTURES[1], whole=False)
    discarded = trace["metadata"]["trace_processor_stats"]["traced_buf"][0]["chunks_discarded"]
    assert facts["loss"] == {"chunks_discarded": discarded} and discarded > 0


def test_traces_of_our_own(recorded):
    for trace in recorded:
        document, facts = check_all(trace.file, whole=True)
        assert facts["loss"] == {}
        flows = sum(event["ph"] in "sf" for event in document["traceEvents"]) if trace.converted else 0  # no events in protobuf
        assert facts["guest_gcs"] == trace.facts["guest_gcs"] and facts["events"] - flows == trace.facts["events"]


def test_slices_nest(recorded):
    """As the Perfetto UI and DevTools need them: of two slices of a thread one holds the other or they do not touch."""
    for trace in recorded:
        stacks = collections.defaultdict(list)
        slices = [event for event in load(trace.file)["traceEvents"] if event["ph"] == "X"]
        for event in sorted(slices, key=lambda event: (event["ts"], -event["dur"])):
            stack, end = stacks[thread_of(event)], event["ts"] + event["dur"]
            while stack and stack[-1] <= event["ts"]:
                stack.pop()
            assert not stack or end <= stack[-1] + 1, event  # times are cut to whole µs
            stack.append(end)


# What other programs make of a trace: the same events, written otherwise.
FORMS = {
    "array": lambda trace: json.dumps(trace["traceEvents"]),
    "indented": lambda trace: json.dumps(trace, indent=2),
    "reversed": lambda trace: json.dumps({"metadata": trace["metadata"], "traceEvents": [
        dict(reversed(event.items())) for event in trace["traceEvents"]]}),
    "escaped": lambda trace: "".join(f"\\u{ord(c):04x}" if c in "aPg" else c for c in json.dumps(trace)),
    "fractions": lambda trace: json.dumps(dict(trace, traceEvents=[
        dict(event, ts=event["ts"] + 0.5) for event in trace["traceEvents"]])),
}


@pytest.mark.parametrize("form", FORMS)
def test_other_forms(form, tmp_path):
    text = FORMS[form](load(FIXTURES[0]))
    if form == "escaped":  # literals have no escapes
        text = text.replace("f\\u0061lse", "false")
    file = tmp_path / "trace.json"
    file.write_text(text)
    compare(file)


@pytest.mark.parametrize("chunk", [1, 63, 4096])
def test_pieces(chunk):
    assert dump(FIXTURES[0], chunk) == dump(FIXTURES[0])
