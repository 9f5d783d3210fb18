"""`wasmograph trace` against a second computation in a few simple lines of Python, on real traces."""
import collections
import json
import math
import subprocess

import pytest

from oracle_test import BUILD, FIXTURES, load, outermost, pairs, thread_of

PROGRAM = BUILD / "wasmograph"
TASKS = {"RunTask", "ThreadControllerImpl::RunTask"}
PAUSES = {"minor": {"MinorGC"}, "major": {"MajorGC"},
          "incremental": {"V8.GCIncrementalMarking", "V8.GCIncrementalMarkingStart"}}
COMPILES = {"lazy": {"wasm.CompileLazy"}, "top-tier": {"wasm.TopTierCompilation"},
            "units": {"wasm.ExecuteCompilationUnits"}, "module": {"wasm.SyncCompile", "wasm.AsyncCompile"}}
LIMIT_MS = 2


def summarise(file):
    done = subprocess.run([PROGRAM, "trace", str(file), "--json", "--tasks-over", str(LIMIT_MS)], capture_output=True,
                          text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def of_thread(rows):
    return {(row["pid"], row["tid"]): row for row in rows}


def ms(events):
    return pytest.approx(sum(event["dur"] for event in events) / 1000)


def slices(events):
    return [event for event in events if event["ph"] == "X"]


def check_threads(events, document):
    mine, by_thread = of_thread(document["threads"]), collections.defaultdict(list)
    names = {thread_of(event): event["args"]["name"] for event in events if event["name"] == "thread_name"}
    for event in events:
        if event["ph"] != "M":
            by_thread[thread_of(event)].append(event)
    assert {thread for thread, row in mine.items() if row["events"]} == set(by_thread)
    for thread, own in by_thread.items():
        row = mine[thread]
        assert row["events"] == len(own) and row["name"] == names.get(thread, "")
        assert row["first_us"] == min(event["ts"] for event in own)
        assert row["last_us"] == max(event["ts"] + event.get("dur", 0) for event in own)


def check_tasks(events, document):
    tasks, open_, end = outermost(events, TASKS), {}, document["last_us"]
    found = of_thread(document["threads"])
    for event in events:
        if event["ph"] == "B" and event["name"] in TASKS:
            open_.setdefault(thread_of(event), event)
    for thread, own in tasks.items():
        mine = found[thread]["tasks"]
        lasting = [end - open_[thread]["ts"]] if thread in open_ else []
        lengths = [event["dur"] for event in own] + lasting
        assert mine["of"] == "RunTask" and mine["count"] == len(lengths)
        assert mine["busy_ms"] == pytest.approx(sum(lengths) / 1000)
        assert mine["longest_ms"] == max(lengths) / 1000
        assert mine["over_limit"] == sum(length >= 1000 * LIMIT_MS for length in lengths)


def self_times(task, events):
    """Time by innermost name, µs by µs of the slices' edges."""
    inside = sorted((event for event in slices(events) if thread_of(event) == thread_of(task)
                     and task["ts"] <= event["ts"] < task["ts"] + task["dur"]), key=lambda event: (event["ts"], -event["dur"]))
    edges = sorted({moment for event in inside for moment in (event["ts"], event["ts"] + event["dur"])})
    totals = collections.Counter()
    for start, stop in zip(edges, edges[1:]):
        open_ = [event for event in inside if event["ts"] <= start and event["ts"] + event["dur"] >= stop]
        if open_ and stop <= task["ts"] + task["dur"]:
            totals[open_[-1]["name"]] += stop - start
    return totals


def check_long_tasks(events, document):
    by_start = {(thread_of(event), event["ts"]): event for rows in outermost(events, TASKS).values() for event in rows}
    looked_at = 0
    for mine in document["tasks"]["longest"]:
        task = by_start.get(((mine["pid"], mine["tid"]), mine["start_us"]))
        if not task or mine["open"]:
            continue
        looked_at += 1
        assert mine["ms"] == task["dur"] / 1000
        totals, told = self_times(task, events), collections.Counter()
        for part in mine["mostly"]:
            told[part["name"].split(" ")[0]] += 1000 * part["self_ms"]
        for name, self_us in told.items():
            assert self_us <= totals[name] + 2, (name, mine)
        assert told.most_common(1)[0][1] > 0
    assert looked_at > 0


def check_collections(events, document):
    found = of_thread(document["gc"])
    pauses = outermost(events, set().union(*PAUSES.values()))
    for thread, own in pauses.items():
        for kind, names in PAUSES.items():
            of_kind = [event for event in own if event["name"] in names]
            mine = found[thread]["kinds"][kind]
            assert mine["count"] == len(of_kind) and mine["ms"] == ms(of_kind)
            assert mine["longest_ms"] == max([event["dur"] for event in of_kind], default=0) / 1000
    return len(pauses)


def check_compiles(events, document):
    found, seen = of_thread(document["wasm"]), 0
    for kind, names in COMPILES.items():
        counted = collections.Counter(thread_of(event) for event in slices(events) if event["name"] in names)
        timed = outermost(events, names)
        seen += sum(counted.values())
        for thread, row in found.items():
            assert row["kinds"][kind]["count"] == counted[thread]
            assert row["kinds"][kind]["ms"] == ms(timed[thread])
        assert set(counted) <= set(found)
    return seen


def nearest_rank(values, quantile):
    return sorted(values)[math.ceil(quantile * len(values)) - 1]


def check_messages(events, document):
    routes = collections.defaultdict(list)
    for post, handle in pairs(events):
        routes[thread_of(post), thread_of(handle)].append((max(handle["ts"] - post["ts"], 0), handle.get("dur", 0 if handle["ph"] == "I" else None)))
    for mine in document["messages"]:
        key = tuple((mine[end]["pid"], mine[end]["tid"]) for end in ("from", "to"))
        theirs = routes.pop(key)
        for name, column in (("latency", 0), ("handling", 1)):
            values = [row[column] for row in theirs if row[column] is not None]  # None: it never ended
            assert mine[name]["count"] == len(values)
            assert mine[name]["longest_ms"] == max(values) / 1000
            assert mine[name]["mean_ms"] == pytest.approx(sum(values) / len(values) / 1000)
            for label, quantile in (("p50_ms", 0.5), ("p95_ms", 0.95)):
                exact = nearest_rank(values, quantile)
                assert abs(1000 * mine[name][label] - exact) <= (0.001 if exact < 64 else 0.016 * exact)
    assert not routes


def check(file):
    trace, document = load(file), summarise(file)
    events = trace["traceEvents"]
    assert document["events"] == len(events)
    for look in (check_threads, check_tasks, check_long_tasks, check_messages):
        look(events, document)
    return check_collections(events, document), check_compiles(events, document)


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.name)
def test_fixtures(file):
    check(file)


def test_traces_of_our_own(recorded):
    isolates, compiles = zip(*(check(trace.file) for trace in recorded))
    assert sum(isolates) > 0 and sum(compiles) > 0
