"""`wasmograph selfcheck causes`: planted in a real browser, explained, held against the truth."""
import json
import shutil
import subprocess

import pytest

from support import PROGRAM, SOURCE, Lab, edit_json, one_sentence

KINDS = {"js-page", "js-worker", "gc-worker", "compute-page", "compute-worker", "stop"}
SHORT = ["--param", "samples=1500", "--param", "warmup_ms=200", "--param", "drain_ms=500"]
SHORTER = ["--param", "samples=900", *SHORT[2:]]  # each kind once, at least


def few_kinds(folder):
    """The planted probe with one arm and some kinds, two of them guests."""
    target = folder / "planted"
    shutil.copytree(SOURCE / "probes/planted", target)

    def edit(probe):
        probe["guests"], probe["arms"] = [], ["none/worker/idle"]
        probe["plants"]["pairs"] = []
        probe["plants"]["kinds"] = [kind for kind in probe["plants"]["kinds"] if kind["name"] in KINDS]
    edit_json(target / "probe.json", edit)
    return target


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """Two blocks by the command itself; somebody else's load may void launches, which are there all the same."""
    made = Lab(tmp_path_factory.mktemp("checked"))
    made.done = made.run("selfcheck", "causes", "--probe", few_kinds(made.folder), "--blocks", "2", "--seed", "7", *SHORT,
                         "--json")
    made.launches = [row[0] for row in made.query(
        "SELECT number FROM launch WHERE traced = 1 AND outcome IN ('valid', 'void') ORDER BY number")]
    yield made
    made.close()


def scored(lab):
    return lab.json("selfcheck", "causes", *(f"last:{number}" for number in lab.launches))["sets"][0]


def test_it_plants_and_scores(checked):
    valid = checked.query("SELECT count(*) FROM launch WHERE outcome = 'valid'")[0][0]
    assert checked.done.returncode == (0 if valid else 4), checked.done.stderr
    if valid:
        told, = json.loads(checked.done.stdout)["sets"]
        assert told["set"] == "tuning" and told["runs"][0]["launches"] == told["launches"] == valid
    assert {row[0] for row in checked.query("SELECT seed FROM run")} == {7}
    assert {row[0] for row in checked.query("SELECT traced FROM launch")} == {1}
    assert checked.trace_formats() == {"protobuf"}


def test_every_plant_has_one_verdict(checked):
    told = scored(checked)
    planted = [json.loads((checked.results / path).read_text())["plants"] for path, in checked.query(
        "SELECT a.path FROM artefact a JOIN launch l ON l.row = a.launch WHERE a.kind = 'truth' AND l.outcome IN"
        " ('valid', 'void')")]
    assert sum(kind["plants"] for kind in told["kinds"]) == sum(map(len, planted)) == len(told["episodes"])
    assert {kind["kinds"][0] for kind in told["kinds"]} == KINDS
    for kind in told["kinds"]:
        assert sum(kind["verdicts"].values()) == kind["plants"]
        assert sum(kind["named"].values()) + kind["verdicts"]["no cause"] == kind["episodes"]
        assert kind["right"]["k"] == kind["verdicts"]["right"] + kind["verdicts"]["also"]
        low, share, high = (kind["right"][key] for key in ("low", "share", "high"))
        assert share is None or low <= share <= high
    assert told["sums"]["k"] == told["sums"]["n"] > 0
    # Chance alone would name one of 32 causes.
    assert told["totals"]["pure"]["k"] > told["totals"]["pure"]["n"] / 2


def test_controls_fail_to_explain(checked):
    controls = scored(checked)["controls"]
    another, shifted = controls["samples_of_another_launch"], controls["samples_shifted"]
    assert shifted["launches"] == shifted["refused"] == len(checked.launches) and shifted["told"] == 0
    assert another["launches"] == another["refused"] == len(checked.launches) - 1 and another["told"] == 0
    bare = controls["measures_removed"]
    assert bare["guest_spikes_with"] > 0 and bare["guest_spikes_without"] == 0 and bare["met"]


def test_removed_measures_are_as_if_they_were_not_in_the_file(checked):
    """The control against a trace from which they are really gone."""
    number = checked.launches[0]
    trace = checked.trace(number)
    trace["traceEvents"] = [event for event in trace["traceEvents"] if not event.get("name", "").startswith("h:")]
    (checked.folder / "bare.json").write_text(json.dumps(trace))
    checked.run("export", f"last:{number}", "--as", "csv", "-o", checked.folder / "samples.csv")
    ticks = checked.query("SELECT a.path FROM artefact a JOIN launch l ON l.row = a.launch WHERE a.kind = 'ticks'"
                          " AND l.number = ?", number)
    host = ["--host", checked.results / ticks[0][0]] if ticks else []
    document = checked.json("explain", "--trace", checked.folder / "bare.json", "--samples", checked.folder / "samples.csv",
                            "--threshold", "5", *host)
    named = [spike["cause"] for spike in document["spikes"] if spike["cause"]]
    assert named and not [cause for cause in named if cause.startswith("guest")]
    bare = checked.json("selfcheck", "causes", f"last:{number}")["sets"][0]["controls"]["measures_removed"]
    assert bare["guest_spikes_without"] == 0 < bare["guest_spikes_with"]


def test_the_text_fits_a_terminal(checked):
    text = checked.run("selfcheck", "causes", *(f"last:{number}" for number in checked.launches)).stdout
    for part in ("Confusion matrix", "js-page (js@main): ", "Controls", "goal", "seed 7"):
        assert part in text
    assert all(len(line) <= 100 for line in text.splitlines())


def test_what_is_wrong_is_said(checked):
    address = f"last:{checked.launches[0]}"
    for words, said in [
            (["selfcheck", "aa"], "only `selfcheck causes`"),
            (["selfcheck"], "selfcheck causes"),
            (["selfcheck", "causes", "--seed", "9000"], "held out"),
            (["selfcheck", "causes", "--seed", "8999"], "held out"),
            (["selfcheck", "causes", "--held-out", "--seed", "5"], "begin at 9000"),
            (["selfcheck", "causes", address, "--blocks", "2"], "do not go with a RUN"),
            (["selfcheck", "causes", address, "--trace-format", "json"], "do not go with a RUN"),
            (["selfcheck", "causes", "--trace-format", "proto"], "--trace-format proto"),
            (["selfcheck", "causes", f"{address}:4"], "RUN:LAUNCH"),
            (["selfcheck", "causes", address, address], "counts once"),
            (["selfcheck", "causes", "last:99"], "no launch 99"),
            (["selfcheck", "causes", "--probe", "nosuch"], "nosuch")]:
        done = checked.run(*words)
        assert done.returncode == 2 and done.stdout == "", words
        assert said in one_sentence(done), words


def test_both_formats_are_scored_side_by_side(tmp_path):
    """What `make score-formats` does, with few kinds; somebody else's load may void its launches, which it then says."""
    lab = Lab(tmp_path)
    done = subprocess.run([SOURCE / "test/trace/score_formats.py", PROGRAM, lab.results, "--rounds", "1", "--seed", "7", "--",
                           "--probe", few_kinds(lab.folder), *SHORTER], env=lab.environment, capture_output=True, text=True,
                          timeout=300)
    stored = lab.query("SELECT r.seed, json_extract(r.spec, '$.trace_format'), l.outcome FROM launch l JOIN run r ON r.id = l.run")
    assert {row[:2] for row in stored} == {(7, "json"), (7, "protobuf")}
    lab.close()
    if {form for _, form, outcome in stored if outcome == "valid"} != {"json", "protobuf"}:
        assert done.returncode == 1 and "no valid launch in one of the formats" in done.stderr
        return
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["json", "protobuf"]
    for name in ("all", "pure", "target sums", *KINDS):
        assert any(line.startswith(f"{name}  ") for line in lines), name


def test_a_probe_that_plants_nothing_cannot_be_scored(lab):
    lab.run("run", "null", "--blocks", "1", "--param", "samples=60", "--param", "warmup_ms=200", "--trace", "all")
    done = lab.run("selfcheck", "causes", "last:1")
    assert done.returncode == 2 and "has a truth" in one_sentence(done)
