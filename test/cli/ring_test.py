"""The flight recorder (--trace ring): the first episode beyond the trigger ends a launch's window and keeps its trace, which
explains it, also when the ring has lost its head; without an episode no trace is kept; the run goes on."""
import csv
import io
import json
import re

import pytest

from support import Lab

PLANTED = ["run", "planted", "--arms", "none/worker/idle", "--blocks", "1", "--trace", "ring", "--seed", "5",
           "--param", "warmup_ms=200", "--param", "drain_ms=500"]


def launches(lab):
    return [(number, traced, json.loads(environment), json.loads(report)) for number, traced, environment, report in
            lab.query("SELECT number, traced, environment, report FROM launch WHERE report IS NOT NULL ORDER BY number")]


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    made = Lab(tmp_path_factory.mktemp("ring"))
    made.first = made.run(*PLANTED, "--trigger", "12", "--param", "samples=2000")
    yield made
    made.close()


def test_each_arm_is_recorded_and_not_in_every_block_and_the_run_goes_on(ring):
    assert sorted(traced for _, traced, _, _ in launches(ring))[:2] == [0, 1] or len(launches(ring)) > 2
    assert {traced for _, traced, _, _ in launches(ring)} == {0, 1}
    for text in ("Launches with the flight recorder", "the recorder's cost", "no headline numbers"):
        assert text in " ".join(ring.first.stdout.split())


def test_the_trace_that_is_kept_holds_the_episode_and_names_its_cause(ring):
    number, _, environment, report = next(row for row in launches(ring) if row[1])
    trace = environment["trace"]
    assert report["recorder"]["episode"] and trace["ring"]["episode"] and trace["lossy"] is False, trace
    document = json.loads(ring.run("explain", f"last:{number}", "--json").stdout)
    episode = document["episodes"][-1]
    assert episode["cause"] and episode["worst_ms"] > 12


def test_samples_after_the_window_are_marked_and_enter_no_number(ring):
    for number, _, _, report in launches(ring):
        rows = list(csv.DictReader(io.StringIO(ring.run("export", f"last:{number}", "--as", "csv").stdout)))
        counted = report["recorder"]["counted"]
        assert [row["after"] for row in rows] == ["0"] * counted + ["1"] * (len(rows) - counted)
        assert len(rows) < 2200, "the window did not end with the episode"
        measured, = ring.query("SELECT value FROM metric m JOIN launch l ON l.row = m.launch WHERE l.number = ?"
                               " AND m.name = 'samples_measured'", number)[0]
        assert measured == sum(row["cold"] == "0" and row["after"] == "0" for row in rows)


def clock_offset_us(events, name):
    """Of a thread: where its performance.now() 0 lies in the trace, by its marks."""
    offsets = sorted(event["ts"] - 1000 * event["args"]["data"]["startTime"] for event in events
                     if event.get("name") == name and "startTime" in event.get("args", {}).get("data", {}))
    return offsets[len(offsets) // 2]


def test_how_long_the_recording_went_on_is_told_and_right(ring):
    """Laid beside the samples as exported and the trace as exported; the sender is the page."""
    number, _, environment, report = next(row for row in launches(ring) if row[1])
    told, recorder = environment["trace"]["ring"], report["recorder"]
    rows = list(csv.DictReader(io.StringIO(ring.run("export", f"last:{number}", "--as", "csv").stdout)))
    ended_by = rows[recorder["counted"] - 1]
    assert recorder["over_ms"] == pytest.approx(float(ended_by["returned_ms"]), abs=1e-3)
    assert float(ended_by["returned_ms"]) - float(ended_by["due_ms"]) <= 5, "the sample that ended it was not on time"
    exported = ring.run("export", f"last:{number}", "--as", "trace", "-o", "-")
    assert exported.returncode == 0, exported.stderr
    events = json.loads(exported.stdout)["traceEvents"]
    over_us = 1000 * recorder["over_ms"] + clock_offset_us(events, "align:main")
    last_us = max(event["ts"] + event.get("dur", 0) for event in events if event["ph"] != "M")
    assert told["last_event_after_ms"] == pytest.approx((last_us - over_us) / 1000, abs=0.1)
    last_mark_us = max(event["ts"] for event in events if event.get("name") == "align:main")
    assert told["stop_asked_after_ms"] > (last_mark_us - over_us) / 1000, "the page had not set its last mark yet"
    text = " ".join(ring.run("show", f"last:{number}").stdout.split())
    shown, = re.findall(r"trace\.ring\.stop_asked_after_ms: (\S+)", text)
    assert float(shown) == pytest.approx(told["stop_asked_after_ms"])
    arm, = json.loads(ring.run("show", "last", "--json").stdout)["arms"]
    valid = ring.query("SELECT count(*) FROM launch WHERE traced AND outcome = 'valid'")[0][0]
    nothing = {"n": 0}
    assert arm["traced"].get("stop_asked_after_ms", nothing)["n"] == arm["traced"].get("last_event_after_ms", nothing)["n"] == valid
    said = "ms after its episode was over (median of" in " ".join(ring.first.stdout.split())
    assert said == (valid > 0), "other load may void all of them"


def test_a_ring_that_has_lost_its_head_still_names_the_cause(lab):
    for _ in range(5):  # somebody else's load may bring an episode before the ring is full
        lab.forget()
        lab.run(*PLANTED, "--trigger", "55", "--ring-mb", "2", "--param", "samples=10000", "--param", "interval_ms=1")
        number, _, environment, report = next(row for row in launches(lab) if row[1])
        trace = environment["trace"]
        if trace["ring"]["overwritten"]:
            break
    assert report["recorder"]["episode"] and trace["ring"]["episode"] and trace["ring"]["overwritten"], trace
    assert trace["lossy"] is False and trace["main"]["marks"] >= 2 and trace["worker"]["marks"] >= 2, trace
    document = json.loads(lab.run("explain", f"last:{number}", "--json").stdout)
    longest = max(document["episodes"], key=lambda episode: episode["worst_ms"])
    assert longest["worst_ms"] > 55 and longest["cause"], document["episodes"]


def test_without_an_episode_no_trace_is_kept_and_the_samples_are(lab):
    result = lab.run("run", "null", "--arms", "none/worker/idle", "--blocks", "1", "--trace", "ring", "--trigger", "100000",
                     "--seed", "5", "--param", "samples=200", "--param", "warmup_ms=200", "--param", "drain_ms=500")
    rows = launches(lab)
    assert len(rows) >= 2, result.stderr
    for _, traced, environment, report in rows:
        assert report["recorder"] == {"episode": False, "counted": report["recorder"]["counted"], "over_ms": None}
        assert not traced or environment["trace"]["ring"] == {"episode": False, "overwritten": None, "stop_asked_after_ms": None,
                                                              "last_event_after_ms": None}
    assert lab.query("SELECT count(*) FROM artefact WHERE kind IN ('trace', 'ticks')") == [(0,)]
    assert lab.query("SELECT count(*) FROM artefact WHERE kind = 'samples'")[0][0] == len(rows)


@pytest.mark.parametrize("wrong, says", [
    (["--trace", "ring", "--trigger", "0.5"], "from the threshold"),
    (["--trace", "ring", "--trigger", "tinygo/*=50"], "from the threshold|no arm"),
    (["--trigger", "50"], "add --trace ring"),
    (["--ring-mb", "8"], "add --trace ring"),
    (["--trace", "ring", "--trace-buffer", "1000"], "--ring-mb"),
    (["--trace", "ring", "--trace-format", "json"], "protobuf"),
])
def test_what_cannot_be_is_refused(lab, wrong, says):
    result = lab.run("run", "planted", "--arms", "none/worker/idle", *wrong)
    assert result.returncode == 2 and any(part in result.stderr for part in says.split("|")), result.stderr


SHORT_RING = {"probe": "planted", "arms": ["none/worker/idle"], "blocks": 1, "trace": "ring",
              "parameters": {"samples": 400, "warmup_ms": 200, "drain_ms": 500}}
SHORT_NULL = {"probe": "null", "arms": ["none/worker/idle"], "blocks": 1,
              "parameters": {"samples": 100, "warmup_ms": 200, "drain_ms": 500}}


def write_plan(folder, *runs):
    path = folder / "ring.json"
    path.write_text(json.dumps({"schema": 1, "name": "ring", "title": "recorded", "seed": 5, "runs": runs}))
    return path


def specs(lab):
    return [json.loads(spec) for spec, in lab.query("SELECT spec FROM run ORDER BY seq")]


def test_runs_of_a_plan_say_how_they_are_traced_and_the_command_goes_before_them(lab, tmp_path):
    plan = write_plan(tmp_path, SHORT_RING | {"trigger_ms": {"*/worker/*": 12, "none/*/idle": 14}, "ring_mb": 8},
                      SHORT_NULL | {"trace": "off"}, SHORT_NULL)
    done = lab.run("plan", plan)
    assert done.returncode in (0, 4), done.stderr
    ring, off, usual = specs(lab)
    assert ring["trace"] == "ring" and ring["triggers_ms"] == {"none/worker/idle": 14} and ring["trace_buffer_kb"] == 8192
    assert off["trace"] == "off" and usual["trace"] == "explain" and "triggers_ms" not in off
    assert {traced for _, traced, _, _ in launches(lab)} == {0, 1}
    recorded = [environment["trace"] for _, traced, environment, _ in launches(lab) if traced]
    assert sum("ring" in trace for trace in recorded) >= 1 and sum("ring" not in trace for trace in recorded) == 1

    plan = write_plan(tmp_path, SHORT_RING | {"trigger_ms": 12}, SHORT_NULL)
    done = lab.run("plan", plan, "--trigger", "none/*/*=30", "--ring-mb", "16")
    assert done.returncode in (0, 4), done.stderr
    assert specs(lab)[3]["triggers_ms"] == {"none/worker/idle": 30} and specs(lab)[3]["trace_buffer_kb"] == 16384
    done = lab.run("plan", plan, "--trace", "off")
    assert done.returncode in (0, 4), done.stderr
    assert [spec["trace"] for spec in specs(lab)[5:]] == ["off", "off"]


@pytest.mark.parametrize("runs, words, says", [
    ([SHORT_RING | {"trigger_ms": {"tinygo/*/*": 50}}], [], "no arm of the run"),
    ([SHORT_RING | {"trigger_ms": 2}], [], "from the threshold"),
    ([SHORT_NULL | {"trigger_ms": 50}], [], "of a flight recorder"),
    ([SHORT_NULL], ["--trigger", "50"], "add --trace ring"),
    ([SHORT_RING, SHORT_NULL], ["--trigger", "tinygo/*/*=50"], "no arm of a run with a flight recorder"),
    ([SHORT_RING], ["--trace-format", "json"], "records protobuf"),
    ([SHORT_RING], ["--trace-buffer", "1000"], "--ring-mb"),
    ([SHORT_RING | {"trace": "off"}], ["--trace-buffer", "1000"], "records none"),
])
def test_what_a_plan_cannot_have_is_refused(lab, tmp_path, runs, words, says):
    done = lab.run("plan", write_plan(tmp_path, *runs), *words)
    assert done.returncode == 2 and says in done.stderr, done.stderr
