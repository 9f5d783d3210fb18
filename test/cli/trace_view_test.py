"""`wasmograph trace`: any Chromium trace, in every form it may have, told in words and as JSON; and what a person is told
who got it wrong."""
import gzip
import json
import subprocess

import pytest

from support import PROGRAM, SOURCE, one_sentence

WHOLE = SOURCE / "test/fixtures/trace/whole.json.gz"
LOSSY = SOURCE / "test/fixtures/trace/lossy.json.gz"


def load(file=WHOLE):
    return json.loads(gzip.decompress(file.read_bytes()))


def without_source(document):
    return {key: value for key, value in document.items() if key != "source"}


@pytest.fixture(scope="module")
def whole():
    done = subprocess.run([PROGRAM, "trace", str(WHOLE), "--json"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_forms_of_one_trace(lab, tmp_path, whole):
    trace = load()
    forms = {"plain.json": json.dumps(trace), "indented.json": json.dumps(trace, indent=1),
             "reversed.json": json.dumps({"metadata": trace["metadata"], "traceEvents": trace["traceEvents"]})}
    for name, text in forms.items():
        (tmp_path / name).write_text(text)
        assert without_source(lab.json("trace", tmp_path / name)) == without_source(whole), name
    # A plain array has no metadata: no account of losses, and nothing else is different.
    (tmp_path / "array.json").write_text(json.dumps(trace["traceEvents"]))
    array = lab.json("trace", tmp_path / "array.json")
    assert array["loss"] == {"account": False, "lost": None, "counters": {}}
    assert any("no account" in note for note in array["notes"])
    for key in ("events", "threads", "tasks", "gc", "wasm", "messages"):
        assert array[key] == whole[key]


def test_a_pipe(lab, whole):
    done = subprocess.run([PROGRAM, "trace", "/dev/stdin", "--json"], input=gzip.decompress(WHOLE.read_bytes()),
                          capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert without_source(json.loads(done.stdout)) == without_source(whole)


def test_json_is_whole(whole):
    assert whole["schema"] == 1
    assert whole["events"] == len(load()["traceEvents"])
    assert whole["product"].startswith("HeadlessChrome/")
    assert {process["name"] for process in whole["processes"]} >= {"Browser", "Renderer"}
    assert whole["loss"]["account"] and whole["loss"]["lost"] is None
    for collector in whole["gc"]:
        assert collector["count"] == sum(kind["count"] for kind in collector["kinds"].values()) > 0
        assert collector["ms"] == pytest.approx(sum(kind["ms"] for kind in collector["kinds"].values()))
    for route in whole["messages"]:
        latency = route["latency"]
        assert 0 <= latency["p50_ms"] <= latency["p95_ms"] <= latency["p99_ms"] <= latency["longest_ms"]


def test_the_limit_decides_what_a_long_task_is(lab, whole):
    counts = []
    for limit in (0.5, 2, 10, 1000):
        tasks = lab.json("trace", WHOLE, "--tasks-over", limit)["tasks"]
        assert tasks["limit_ms"] == limit
        assert all(task["ms"] >= limit for task in tasks["longest"])
        assert [task["ms"] for task in tasks["longest"]] == sorted((task["ms"] for task in tasks["longest"]), reverse=True)
        assert len(tasks["longest"]) == min(20, tasks["over_limit"])
        counts.append(tasks["over_limit"])
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[-1] == 0
    assert whole["tasks"]["limit_ms"] == 50


def test_parts_of_a_task_are_no_longer_than_it(lab):
    tasks = lab.json("trace", WHOLE, "--tasks-over", 1)["tasks"]["longest"]
    assert tasks
    for task in tasks:
        assert 1 <= len(task["mostly"]) <= 3
        assert 0 < sum(part["self_ms"] for part in task["mostly"]) <= task["ms"] + 0.001
        selves = [part["self_ms"] for part in task["mostly"]]
        assert selves == sorted(selves, reverse=True)


@pytest.mark.parametrize("file", [WHOLE, LOSSY])
def test_text_fits_a_terminal(lab, file):
    done = lab.run("trace", file, "--tasks-over", "1")
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        assert len(line) <= 100, line
    for part in ("Threads, the busiest first", "CrRendererMain", "Tasks of 1.00 ms and longer",
                 "Garbage collection by isolate", "WebAssembly compilation by thread", "Messages by pair of threads", "→"):
        assert part in done.stdout
    assert "nan" not in done.stdout and "inf" not in done.stdout


def test_loss_is_told_first(lab):
    text = lab.run("trace", LOSSY).stdout
    assert "Events are MISSING: the tail" in text.split("Threads")[0].replace("\n    ", " ")
    document = lab.json("trace", LOSSY)
    assert document["loss"]["counters"]["chunks_discarded"] > 0 and "the tail" in document["loss"]["lost"]
    assert "Nothing was lost" in lab.run("trace", WHOLE).stdout


def test_events_out_of_order_are_noticed(lab, tmp_path):
    trace = load()
    trace["traceEvents"].reverse()
    (tmp_path / "backward.json").write_text(json.dumps(trace))
    assert any("order of time" in note for note in lab.json("trace", tmp_path / "backward.json")["notes"])


def test_traces_of_other_programs(lab, tmp_path):
    """No thread names, no categories, B and E, times with fractions, a nameless process: all are read."""
    (tmp_path / "other.json").write_text(json.dumps([
        {"ph": "B", "name": "outer", "pid": 1, "tid": 2, "ts": 1.5}, {"ph": "X", "name": "in\nner", "pid": 1, "tid": 2, "ts": 2, "dur": 60e3},
        {"ph": "E", "pid": 1, "tid": 2, "ts": 90000.5}, {"ph": "C", "name": "counter", "pid": 1, "ts": 5, "args": {"a": 1}}]))
    document = lab.json("trace", tmp_path / "other.json")
    assert document["tasks"]["over_limit"] == 1 and document["tasks"]["longest"][0]["ms"] == pytest.approx(89.999)
    assert document["tasks"]["longest"][0]["mostly"][0] == {"name": "in\nner", "self_ms": 60}
    text = lab.run("trace", tmp_path / "other.json").stdout
    assert "process 1, thread 2" in text and "in ner 67 %" in text and "No tasks:" in text


def test_an_empty_trace(lab, tmp_path):
    (tmp_path / "empty.json").write_text("[]")
    assert lab.json("trace", tmp_path / "empty.json")["first_us"] is None
    assert "0 events" in lab.run("trace", tmp_path / "empty.json").stdout


def test_what_is_no_trace(lab, tmp_path):
    rows = {"text.json": (b"hello", "begins with"), "other.json": (b'{"a":1}', "no trace"),
            "cut.json": (gzip.decompress(WHOLE.read_bytes())[:5000], "cut off"),
            "cut.json.gz": (WHOLE.read_bytes()[:9000], "damaged or cut off")}
    for name, (content, problem) in rows.items():
        (tmp_path / name).write_bytes(content)
        done = lab.run("trace", tmp_path / name)
        assert done.returncode != 0 and problem in one_sentence(done) and name in one_sentence(done) and not done.stdout
    done = lab.run("trace", tmp_path / "none.json")
    assert done.returncode != 0 and "none.json" in one_sentence(done)


@pytest.mark.parametrize("words", [[], ["a.json", "b.json"], [WHOLE, "--tasks-over", "-1"], [WHOLE, "--tasks-over", "x"]])
def test_usage(lab, words):
    assert lab.run("trace", *words).returncode == 2


def test_a_stored_launch(lab):
    done = lab.run("run", "null", "--blocks", "1", "--param", "samples=60", "--param", "warmup_ms=200", "--trace", "all",
                   "--json")
    assert done.returncode in (0, 4), done.stderr
    run = json.loads(done.stdout)["run"]
    traced = [number for number, in lab.query("SELECT launch.number FROM launch JOIN artefact ON artefact.launch = launch.row "
                                              "WHERE artefact.kind = 'trace'")]
    document = lab.json("trace", f"{run}:{traced[0]}")
    assert document["source"].startswith(f"{run}:{traced[0]} (") and document["messages"]
    many = lab.run("trace", "last")
    assert (many.returncode == 2 and "name a launch" in one_sentence(many)) if len(traced) > 1 else many.returncode == 0
    missing = lab.run("trace", f"{run}:{max(traced) + 50}")
    assert missing.returncode == 2 and "has no launch" in one_sentence(missing)
