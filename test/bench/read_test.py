"""The grown trace is what a longer recording would be, and the suite's aims point the right way."""
import gzip
import json
import os
import pathlib
import subprocess

import pytest

import report_read
from grow import GAP_US, grow

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("WASMOGRAPH_BUILD", SOURCE / "build"))
COPIES = 3


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grown")
    text = gzip.decompress((SOURCE / "test/fixtures/trace/whole.json.gz").read_bytes())
    (folder / "one.json").write_bytes(text)
    (folder / "one.csv").write_text("sample,cold,due_ms,sent_ms,received_ms,replied_ms,returned_ms\n0,1,1,2,3,4,5\n1,0,10,11,12,,13\n")
    size = len(text) / 1e6
    assert grow(folder / "one.json", folder / "one.csv", folder / "many.json", folder / "many.csv", 2.2 * size) == COPIES
    return folder, json.loads(text)


def summary(file):
    return json.loads(subprocess.run([BUILD / "wasmograph", "trace", str(file), "--json"], check=True, capture_output=True).stdout)


def test_everything_is_there_so_many_times(grown):
    folder, one = grown
    many = json.loads((folder / "many.json").read_text())
    once = [event for event in one["traceEvents"] if event["ph"] in "MB"]
    assert len(many["traceEvents"]) == len(once) + COPIES * (len(one["traceEvents"]) - len(once))
    assert many["metadata"] == one["metadata"]
    starts = [event["ts"] for event in many["traceEvents"] if event["ph"] in "XIR"]
    assert sum(later < earlier for earlier, later in zip(starts, starts[1:])) <= COPIES * 2


def test_it_reads_as_one_recording(grown):
    folder, _ = grown
    one, many = summary(folder / "one.json"), summary(folder / "many.json")
    for ours, theirs in zip(one["gc"], many["gc"]):
        assert theirs["count"] == COPIES * ours["count"]
    for ours, theirs in zip(one["messages"], many["messages"]):
        assert theirs["latency"]["count"] == COPIES * ours["latency"]["count"]
        assert theirs["latency"]["longest_ms"] == ours["latency"]["longest_ms"]
    assert many["unpaired_messages"] == COPIES * one["unpaired_messages"]
    assert many["tasks"]["over_limit"] >= COPIES * (one["tasks"]["over_limit"] - 3) and many["loss"] == one["loss"]


def test_samples_move_with_the_trace(grown):
    folder, one = grown
    rows = [line.split(",") for line in (folder / "many.csv").read_text().splitlines()]
    times = [event["ts"] for event in one["traceEvents"] if event["ph"] not in "MB"]
    span_ms = (max(times) - min(times) + GAP_US) / 1000
    assert [row[0] for row in rows[1:]] == ["0", "1", "2"] and all(row[4] == "" for row in rows[1:])
    assert [float(row[1]) for row in rows[1:]] == pytest.approx([10 + copy * span_ms for copy in range(COPIES)])


def rows_of(**seconds):
    return [{"suite": "read", "lap": lap, "client": name.replace("_", " ", 1), "s": s * (1 + 0.01 * lap), "cpu_s": s, "rss_mb": 10}
            for name, s in seconds.items() for lap in range(3)]


def test_faster_is_better():
    lines = {line[0]: line[3] for line in report_read.aim_lines(rows_of(trace=1, explain=1.2, simdjson_skim=1.6, node=7))}
    assert lines["trace: times as fast as simdjson skim"] == "met"
    assert lines["explain: times as fast as simdjson skim"].startswith("NOT MET")
    assert lines["trace: times as fast as node"].startswith("NOT MET")
    assert lines["trace: times as fast as trace_engine"] == "not measured"
    assert lines["trace: peak RSS, MiB (the largest)"] == "met"


def test_a_failure_is_told():
    text = report_read.text({"rows": [], "failures": ["read: boom"], "facts": {}})
    assert "not measured" in text and "failed: read: boom" in text
