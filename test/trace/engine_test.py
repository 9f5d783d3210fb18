"""The engine of Chromium's DevTools reads our traces, and finds in them what we find: those that Chromium wrote as JSON, and
those that we recorded in protobuf and made JSON of, of which it finds what we found in the protobuf."""
import json
import os
import pathlib
import subprocess

import pytest

SOURCE = pathlib.Path(os.environ.get("WASMOGRAPH_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
ENGINE = SOURCE / "build/trace-engine"  # where tools/setup put it


def read(*files):
    assert (ENGINE / "complete").exists(), f"{ENGINE} is missing: run tools/setup check"
    done = subprocess.run(["node", str(SOURCE / "test/trace/engine.mjs"), str(ENGINE), *map(str, files)],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def engine(recorded):
    return list(zip(recorded, read(*[trace.file for trace in recorded])))


def sides(trace, answer):
    """Our two threads: the page's main thread and the worker that has the other clock marks."""
    (page,) = answer["marks"]["align:main"]
    (worker,) = answer["marks"]["align:worker"]
    assert int(page) == trace.facts["main"]["tid"] and int(worker) == trace.facts["worker"]["tid"]
    return page, worker


def test_the_engine_finds_our_worker(engine):
    for trace, answer in engine:
        page, worker = sides(trace, answer)
        assert answer["renderers"] == [trace.facts["main"]["pid"]]
        script = "guest_host.js" if trace.arm == "gc/worker/churn" else "sender.js"
        urls = {str(found["tid"]): found["url"] for found in answer["workers"]}
        assert urls[worker].endswith(f"/workers/{script}")
        assert answer["threads"][worker]["name"] == "DedicatedWorker thread" == trace.facts["worker"]["name"]
        assert answer["threads"][page]["name"] == "CrRendererMain" == trace.facts["main"]["name"]


def test_the_engine_finds_as_many_messages(engine):
    for trace, answer in engine:
        page, worker = map(int, sides(trace, answer))
        found = {(route["from"], route["to"]): route for route in answer["messages"]}
        messages = trace.facts["messages"]
        to_worker, to_page = found[page, worker], found[worker, page]
        if trace.arm == "gc/main/churn":
            to_worker, to_page = to_page, to_worker  # the page is the target
        assert to_worker["count"] == messages["to_target"]["traced"] == messages["to_target"]["sent"] > 300
        assert to_page["count"] == messages["to_sender"]["traced"] == messages["to_sender"]["sent"] > 300
        assert messages["unpaired"] == 0
        # And it connects them by itself: DevTools draws the arrows.
        for route in (to_worker, to_page):
            assert route["linked"] > 0.95 * route["count"]


def test_the_engine_finds_as_many_collections_and_marks(engine):
    collected = 0
    for trace, answer in engine:
        for tid, ours, name in zip(sides(trace, answer), (trace.facts["main"], trace.facts["worker"]), ("main", "worker")):
            theirs = answer["threads"][tid]
            assert theirs["MinorGC"] == ours["minor_gcs"] and theirs["MajorGC"] == ours["major_gcs"]
            assert answer["marks"][f"align:{name}"][tid] == ours["marks"] >= 4
            collected += ours["minor_gcs"] + ours["major_gcs"]
        assert answer["measures"].get("h:guestgc", 0) == trace.facts["guest_gcs"] > 0
        assert answer["measures"].get("h:guest", 0) > 0
    assert collected > 0, "a comparison of nothing"


def test_the_engine_reads_the_fixtures(engine):
    """The traces that the unit tests use are what DevTools takes for traces, too."""
    whole, lossy = read(SOURCE / "test/fixtures/trace/whole.json.gz", SOURCE / "test/fixtures/trace/lossy.json.gz")
    for answer in (whole, lossy):
        assert answer["workers"] and answer["marks"]["align:worker"]
    assert [route["count"] for route in whole["messages"]] == [40, 40]
