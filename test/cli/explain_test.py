"""`wasmograph explain` over files and over what is stored: the answer in words and as JSON, what must fail to explain, what
is missing, and what a person is told who got it wrong."""
import csv
import gzip
import json

import pytest

from support import SHORT, one_sentence

BASE_US = 10**9
PAGE_MS = {"main": 100, "worker": 30}  # performance.now() of each thread at the scene's 0
TID = {"main": 1, "worker": 13}
TRACED = [word for word in SHORT if word not in ("--trace", "off")] + ["--trace", "all"]


class Scene:
    """A launch made up of slices: two threads, samples every 20 ms of which every fifth waits for one cause."""

    def __init__(self, causes=("MajorGC", "Layout", "h:guest"), count=60, sender="main"):
        self.events, self.samples, self.sender = [], [], sender
        self.target = "worker" if sender == "main" else "main"
        for at in (0, 1, 500, 1399, 1400):
            for thread in TID:
                self.mark(thread, at)
        for i in range(count):
            self.add_sample(10 + 20 * i, causes[i // 5 % len(causes)] if i % 5 == 0 else None)

    def event(self, phase, name, thread, at, **more):
        self.events.append({"ph": phase, "name": name, "cat": "x", "pid": 7, "tid": TID[thread],
                            "ts": BASE_US + round(1000 * at), **more})

    def mark(self, thread, at):
        self.event("I", f"align:{thread}", thread, at, args={"data": {"startTime": at + PAGE_MS[thread]}})

    def slice(self, name, thread, start, end):
        length = round(1000 * (end - start))
        if name.startswith("h:"):
            for phase, at in (("b", start), ("e", end)):
                self.event(phase, name, thread, at, id2={"local": "0x1"}, args={})
        else:
            self.event("X", name, thread, start, dur=length, tdur=length, tts=1)

    def add_sample(self, due, cause):
        slow = 15 if cause else 0
        received, replied, returned = due + 0.3, due + 0.4 + slow, due + 0.7 + slow
        if cause:
            self.slice(cause, self.target, received + 0.05, replied - 0.05)
        self.slice("HandlePostMessage", self.target, received - 0.01, replied + 0.01)
        self.slice("HandlePostMessage", self.sender, returned - 0.01, returned + 0.05)
        ours, theirs = PAGE_MS[self.sender], PAGE_MS[self.target]
        self.samples.append([len(self.samples), due + ours, due + 0.1 + ours, received + theirs, replied + theirs,
                             returned + ours])

    def write(self, folder, events=None, samples=None, name="trace.json"):
        trace = {"traceEvents": self.events if events is None else events,
                 "metadata": {"cpu-num-cores": 2, "trace_processor_stats": {"traced_buf": [{"chunks_discarded": 0}]}}}
        with open(folder / name, "w") as out:
            json.dump(trace, out)
        with open(folder / "samples.csv", "w", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["sample", "due_ms", "sent_ms", "received_ms", "replied_ms", "returned_ms"])
            rows.writerows(self.samples if samples is None else samples)
        return ["--trace", folder / name, "--samples", folder / "samples.csv"]


def causes(document):
    return [spike["cause"] for spike in document["spikes"]]


def check_sums(document):
    for spike in document["spikes"]:
        if spike["cause"] is None:
            assert spike["parts"] == [] and spike["refused"]
            continue
        names = [part["cause"] for part in spike["parts"]]
        assert len(names) == len(set(names))
        assert abs(sum(part["ms"] for part in spike["parts"]) - spike["response_ms"]) <= 0.02
        assert abs((spike["returned_us"] - spike["due_us"]) / 1000 - spike["response_ms"]) <= 0.001


@pytest.mark.parametrize("sender", ["main", "worker"])
def test_spikes_are_charged_to_the_thread_that_had_them(lab, tmp_path, sender):
    scene = Scene(sender=sender)
    document = lab.json("explain", *scene.write(tmp_path), "--sender", sender)
    check_sums(document)
    names = [f"{name}@{scene.target}" for name in ("gc", "layout", "guest")]
    assert causes(document) == names * 4
    assert document["clock"]["main_us"] == pytest.approx(BASE_US - 1000 * PAGE_MS["main"], abs=2)
    assert document["clock"]["worker_us"] == pytest.approx(BASE_US - 1000 * PAGE_MS["worker"], abs=2)
    assert document["spikes"][0]["due_us"] == pytest.approx(BASE_US + 10000, abs=2)
    assert sum(row["share"] for row in document["summary"]) == pytest.approx(1)
    assert {row["cause"] for row in document["summary"] if row["episodes"]} == set(names)
    assert any("host ticks" in note for note in document["inputs"]["missing"])


def test_gzip_and_a_bare_array_do_not_matter(lab, tmp_path):
    scene = Scene()
    words = scene.write(tmp_path)
    plain = lab.json("explain", *words)
    with gzip.open(tmp_path / "trace.json.gz", "wb") as out:
        out.write((tmp_path / "trace.json").read_bytes())
    assert lab.json("explain", "--trace", tmp_path / "trace.json.gz", *words[2:]) == plain
    with open(tmp_path / "array.json", "w") as out:
        json.dump(scene.events, out)
    bare = lab.json("explain", "--trace", tmp_path / "array.json", *words[2:])
    assert bare["spikes"] == plain["spikes"]
    assert any("no account" in note for note in bare["inputs"]["missing"])


def test_text_and_story_fit_a_terminal(lab, tmp_path):
    words = Scene().write(tmp_path)
    text = lab.run("explain", *words).stdout
    assert "12 spikes in 12 episodes" in text and "gc@worker" in text and "Worst episodes" in text
    story = lab.run("explain", *words, "--sample", "5").stdout
    assert "layout@worker" in story and "Meanwhile the worker" in story
    for line in (text + story).splitlines():
        assert len(line) <= 100, line


def test_samples_of_another_launch_are_not_explained(lab, tmp_path):
    scene = Scene()
    moved = [[row[0], *(time + 7.3 for time in row[1:])] for row in scene.samples]
    document = lab.json("explain", *scene.write(tmp_path, samples=moved))
    assert "not of this trace" in document["refused"]
    assert set(causes(document)) == {None}
    check_sums(document)
    done = lab.run("explain", *scene.write(tmp_path, samples=moved))
    assert done.returncode == 0 and "No causes are told" in done.stdout


def test_a_shifted_trace_is_not_explained(lab, tmp_path):
    scene = Scene()
    shifted = [event if event["name"].startswith("align:") else dict(event, ts=event["ts"] + 250000)
               for event in scene.events]
    document = lab.json("explain", *scene.write(tmp_path, shifted))
    assert document["refused"] and set(causes(document)) == {None}


def test_without_harness_measures_a_guest_is_js(lab, tmp_path):
    scene = Scene(causes=("h:guest",))
    assert set(causes(lab.json("explain", *scene.write(tmp_path)))) == {"guest@worker"}
    bare = [event for event in scene.events if not event["name"].startswith("h:")]
    document = lab.json("explain", *scene.write(tmp_path, bare))
    assert set(causes(document)) == {"js@worker"}
    assert any("harness measures" in note for note in document["inputs"]["missing"])


def test_without_clock_marks_nothing_is_told(lab, tmp_path):
    scene = Scene()
    bare = [event for event in scene.events if event["name"] != "align:worker"]
    document = lab.json("explain", *scene.write(tmp_path, bare))
    assert "align:worker" in document["refused"] and set(causes(document)) == {None}


def test_host_ticks_tell_what_the_trace_does_not(lab, tmp_path):
    scene = Scene(causes=("FunctionCall",))
    words = scene.write(tmp_path)
    spike = scene.samples[0]
    start, end = 11, 25  # of the scene; the worker's first slow sample is from 10.3 to 25.4

    def state(ms):
        return "S" if start <= ms <= end else "R"
    with open(tmp_path / "host.csv", "w") as out:
        out.write("mono_us,late_us,worker_run_ns,worker_delay_ns,worker_state\n")
        for ms in range(1400):
            out.write(f"{BASE_US + 1000 * ms},20,0,0,{state(ms)}\n")
    document = lab.json("explain", *words, "--host", tmp_path / "host.csv")
    first = document["spikes"][0]
    assert first["sample"] == spike[0] and first["cause"] == "blocked@worker"
    assert document["spikes"][1]["cause"] == "js@worker"
    missing = " ".join(document["inputs"]["missing"])
    assert "CPU time of the browser" in missing and "page faults" in missing


@pytest.mark.parametrize("words, said", [
    (["explain"], "needs both --trace FILE and --samples"),
    (["explain", "--trace", "TRACE"], "needs both --trace FILE and --samples"),
    (["explain", "last", "--trace", "TRACE"], "do not go with an ADDRESS"),
    (["explain", "last", "--threshold", "3"], "do not go with an ADDRESS"),
    (["explain", "--trace", "none.json", "--samples", "SAMPLES"], "none.json"),
    (["explain", "--trace", "TRACE", "--samples", "none.csv"], "none.csv"),
    (["explain", "--trace", "TRACE", "--samples", "TRACE"], "line"),
    (["explain", "--trace", "SAMPLES", "--samples", "SAMPLES"], "malformed at byte 0"),
    (["explain", "--trace", "TRACE", "--samples", "SAMPLES", "--host", "SAMPLES"], "names mono_us"),
    (["explain", "--trace", "TRACE", "--samples", "SAMPLES", "--sender", "gpu"], "use main or worker"),
    (["explain", "--trace", "TRACE", "--samples", "SAMPLES", "--sample", "777"], "no such sample"),
    (["explain", "--trace", "TRACE", "--samples", "SAMPLES", "--sample", "x"], "no such sample"),
    (["explain", "--trace", "CUT", "--samples", "SAMPLES"], "cut off"),
    (["explain", "last"], "no results"),
])
def test_what_is_wrong_is_said_in_a_sentence(lab, tmp_path, words, said):
    scene = Scene(count=5)
    scene.write(tmp_path)
    text = (tmp_path / "trace.json").read_text()
    (tmp_path / "cut.json").write_text(text[:len(text) // 2])
    places = {"TRACE": tmp_path / "trace.json", "SAMPLES": tmp_path / "samples.csv", "CUT": tmp_path / "cut.json"}
    done = lab.run(*(places.get(word, word) for word in words))
    assert done.returncode in (2, 3) and done.stdout == ""
    assert said in one_sentence(done)


def check_stored(lab, launch, document):
    """`run` told and kept the same when the launch ended."""
    of_launch = "JOIN launch ON launch.row = launch WHERE launch.number = ?"
    parts = {}
    for sample, cause, ms in lab.query(f"SELECT sample, cause, ms FROM part {of_launch}", launch):
        parts.setdefault(sample, {})[cause] = ms
    assert parts == {spike["sample"]: {part["cause"]: part["ms"] for part in spike["parts"]}
                     for spike in document["spikes"] if spike["parts"]}
    shares = lab.query(f"SELECT name, spikes, episodes, ms FROM cause {of_launch}", launch)
    told = [(row["cause"], row["spikes"], row["episodes"], row["ms"]) for row in document["summary"]
            if row["ms"] or row["spikes"] or row["episodes"]]
    assert sorted(shares) == sorted(told)
    (refusal, explained), = lab.query(f"SELECT refusal, explained FROM explanation {of_launch}", launch)
    assert refusal is None
    assert explained == sum(1 for episode in document["episodes"] if episode["cause"])


def test_what_was_measured_is_explained(lab):
    """A traced launch of a real browser: every spike's parts sum, the marks agree, and the stored form and the exported
    files give the same answer."""
    measured = lab.run("run", "ping", "--arms", "js/worker/churn", "--blocks", "1", *TRACED, "--threshold", "0.3",
                       "--seed", "3").stdout
    rows = lab.query("SELECT number FROM launch WHERE traced = 1 AND outcome IN ('valid', 'void') ORDER BY number")
    assert rows, "no traced launch came to its end"
    address = f"last:{rows[0][0]}"
    document = lab.json("explain", address)
    check_sums(document)
    assert document["refused"] is None and document["spikes"]
    assert document["clock"]["spread_us"] <= 20
    assert document["inputs"]["samples"]["arrivals_outside_handlers"] == 0
    known = [spike for spike in document["spikes"] if spike["cause"]]
    assert len(known) >= 0.9 * len(document["spikes"])
    check_stored(lab, rows[0][0], document)
    lab.run("export", address, "--as", "csv", "-o", lab.folder / "samples.csv")
    path, = lab.query("SELECT path FROM artefact WHERE kind = 'trace' ORDER BY path LIMIT 1")[0]
    ticks = lab.query("SELECT path FROM artefact WHERE kind = 'ticks' ORDER BY path LIMIT 1")
    host = ["--host", lab.results / ticks[0][0]] if ticks else []
    files = lab.json("explain", "--trace", lab.results / path, "--samples", lab.folder / "samples.csv", "--threshold",
                     "0.3", *host)
    assert files["spikes"] == document["spikes"] and files["summary"] == document["summary"]
    story = lab.run("explain", f"{address}:{known[0]['sample']}").stdout
    assert known[0]["cause"] in story and "Meanwhile the page" in story
    assert all(len(line) <= 100 for line in story.splitlines())
    whole = lab.run("explain", "last").stdout
    outcome, = lab.query("SELECT outcome FROM launch WHERE number = ?", rows[0][0])[0]
    assert ("js/worker/churn" in whole) == (outcome == "valid"), "a run's answer is of its valid launches"
    assert ("What slow messages of traced launches waited for" in measured) == (outcome == "valid")
