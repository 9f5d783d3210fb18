"""`wasmograph reproduce`: a spike that comes back, one that does not, and what a person is told who asks for what cannot
be had. Somebody else's load may void launches: what needs valid ones is tried again."""
import json
import os
import pathlib
import re

import pytest

from conftest import Lab
from support import SHORT, copy_probe, one_sentence

HASH = ["--arms", "tinygo/worker/hash", "--blocks", "1", "--param", "samples=300", "--param", "warmup_ms=200",
        "--param", "drain_ms=1000", "--param", "hash_period_ms=700"]
PLANT = """	setTimeout(() => {
		const end = performance.now() + 80;
		while (performance.now() < end);
	}, 200);
"""


def last_run(lab):
    return lab.query("SELECT id FROM run ORDER BY seq DESC LIMIT 1")[0][0]


@pytest.fixture(scope="module")
def spiky(tmp_path_factory):
    """A lab whose first run has one untraced and one traced launch of hashing, which blocks the worker each time."""
    made = Lab(tmp_path_factory.mktemp("spiky"))
    for _ in range(5):
        made.run("run", "ping", *HASH, "--seed", "1")
        made.original = last_run(made)
        told = made.query("SELECT count(*) FROM explanation WHERE refusal IS NULL AND explained > 0")[0][0]
        untraced = made.query("SELECT count(DISTINCT launch) FROM spike s JOIN launch l ON l.row = s.launch WHERE NOT traced")[0][0]
        if told and untraced:
            break
        made.forget()
    else:
        pytest.fail("five runs in a row left no explained spike")
    yield made
    made.close()


def reproduce(lab, address, *words):
    """The document of a reproduction in which a launch counts."""
    for _ in range(5):
        done = lab.run("reproduce", address, *words, "--json")
        assert done.returncode in (0, 4), done.stderr
        document = json.loads(done.stdout)
        if done.returncode == 0 and document["arms"]["same"]["launches"]:
            return document, done
    pytest.fail(f"five reproductions in a row were voided by other load: {done.stderr}")


def test_it_comes_back(spiky):
    document, done = reproduce(spiky, f"{spiky.original}:2", "--launches", "2")
    same, chance = document["arms"]["same"], document["arms"]["chance"]
    assert document["reproduces"]["cause"] == document["cause"] == "guest@worker"
    assert same["name"] == "tinygo/worker/hash" and same["reproduced"] == same["launches"]
    assert same["method"] == "clopper-pearson" and same["value"] == same["high"] == 1
    assert chance["name"] == "tinygo/worker/idle" and chance["reproduced"] == 0
    assert document["differences"] == []
    assert all(e["length_ms"] >= document["least_ms"] and e["cause"] == "guest@worker" for e in document["recurrences"])
    assert all((spiky.results / e["trace"]).stat().st_size > 0 for e in document["recurrences"])
    assert done.stderr.count("came back") == same["reproduced"], "each launch says what it brought"

    run = document["run"]
    builds = {row[0] for row in spiky.query("SELECT build FROM launch WHERE run IN (?, ?)", run, spiky.original)}
    assert len(builds) == 1, "the same bytes"
    traced = {row[0] for row in spiky.query("SELECT traced FROM launch WHERE run = ?", run)}
    assert traced == {1} and spiky.trace_formats() == {"protobuf"}
    specs = [json.loads(spiky.query("SELECT spec FROM run WHERE id = ?", at)[0][0]) for at in (spiky.original, run)]
    assert specs[0]["parameters"]["tinygo/worker/hash"] == specs[1]["parameters"]["tinygo/worker/hash"]
    assert "reproduces" not in specs[0] and specs[1]["reproduces"] == document["reproduces"]

    # An ordinary run, for every other command.
    address = document["recurrences"][0]["address"]
    assert "guest@worker" in spiky.run("explain", address).stdout
    assert spiky.run("show", address).returncode == 0 and spiky.run("show", run).returncode == 0
    assert spiky.run("export", run, "--as", "csv").stdout.count("\n") > 300


def test_the_commands_that_it_ends_with_can_be_run(spiky):
    for _ in range(5):
        told = spiky.run("reproduce", f"{spiky.original}:2", "--launches", "1").stdout
        commands = re.findall(r": wasmograph (\w+ .*)$", told, re.M)
        if commands:
            break
    assert [command.split()[0] for command in commands] == ["explain", "export"], told
    for command in commands:
        done = spiky.run(*command.replace("traces", str(spiky.folder / "traces")).split())
        assert done.returncode == 0, done.stderr
    assert list((spiky.folder / "traces").rglob("*.json*"))


def test_it_comes_back_in_a_ring_that_keeps_the_recurrence_alone(spiky):
    document, _ = reproduce(spiky, f"{spiky.original}:2", "--trace", "ring", "--launches", "3")
    same, run = document["arms"]["same"], document["run"]
    spec = json.loads(spiky.query("SELECT spec FROM run WHERE id = ?", run)[0][0])
    assert spec["trace"] == "ring" and spec["triggers_of"] == "length" and spec["trace_buffer_kb"] == 65536
    assert document["triggers_ms"] == spec["triggers_ms"]
    threshold, = spiky.query("SELECT threshold_ms FROM run WHERE id = ?", run)[0]
    for trigger in spec["triggers_ms"].values():
        assert trigger == pytest.approx(max(document["least_ms"], threshold)), "not what a recurrence needs"
    recorded, = spiky.query("SELECT count(*) FROM launch WHERE run = ? AND arm = 'tinygo/worker/hash' AND traced AND outcome = 'valid'", run)[0]
    assert same["launches"] == recorded, "untraced launches count"
    assert same["reproduced"] + same["cut"] == same["launches"], "a hash did not end its launch"
    assert same["reproduced"] >= 1 and document["arms"]["chance"]["reproduced"] == 0
    assert {row[0] for row in spiky.query("SELECT traced FROM launch WHERE run = ?", run)} == {0, 1}
    for episode in document["recurrences"]:
        _, number, worst = episode["address"].split(":")
        report, count = spiky.query("SELECT report, s.count FROM launch l JOIN samples s ON s.launch = l.row WHERE run = ? AND number = ?",
                                    run, number)[0]
        assert int(worst) < json.loads(report)["recorder"]["counted"] <= count
        assert (spiky.results / episode["trace"]).stat().st_size > 0
        assert "guest@worker" in spiky.run("explain", episode["address"]).stdout
    kept = spiky.query("SELECT count(*) FROM artefact a JOIN launch l ON l.row = a.launch WHERE run = ? AND a.kind = 'trace' "
                       "AND arm LIKE '%idle' AND NOT json_extract(report, '$.recorder.episode')", run)
    assert kept == [(0,)], "traces in which nothing was long enough"

    done = spiky.run("reproduce", f"{spiky.original}:2", "--trace", "ring", "--launches", "1", "--trigger", "tinygo/*/hash=30", "--ring-mb", "8")
    text = " ".join(done.stdout.split())
    assert "Recorded in a ring of 8 MB: a launch ends with its first episode of 30.0 ms or more" in text, done.stderr
    assert "tinygo/worker/hash: the recorder's cost, recorded ÷ untraced" in text


@pytest.mark.parametrize("words, why", [
    (["--trace", "off"], "not traced has no cause"),
    (["--trace", "explain"], "not traced has no cause"),
    (["--trace", "ring", "--without", "gc"], "ends each with its first"),
    (["--trigger", "50"], "add --trace ring"),
    (["--trace", "ring", "--trigger", "1"], "from the threshold"),
    (["--trace", "ring", "--trigger", "js/*/*=50"], "no arm of the run"),
])
def test_recorders_that_cannot_be_are_refused(spiky, words, why):
    runs = spiky.query("SELECT count(*) FROM run")
    done = spiky.run("reproduce", f"{spiky.original}:2", *words)
    assert done.returncode == 2 and why in one_sentence(done), done.stderr
    assert spiky.query("SELECT count(*) FROM run") == runs


def test_an_untraced_spike_is_known_by_its_length_and_named_by_the_first_recurrence(spiky):
    document, done = reproduce(spiky, f"{spiky.original}:1", "--times", "1", "--launches", "6")
    same = document["arms"]["same"]
    assert document["reproduces"]["cause"] is None and document["reproduces"]["traced"] is False
    assert document["cause"] == "guest@worker"
    assert same["reproduced"] == 1 and same["method"] == "negative-binomial"
    launches = spiky.query("SELECT arm, outcome FROM launch WHERE run = ? ORDER BY number", document["run"])
    assert launches[-1] == ("tinygo/worker/hash", "valid"), "nothing is launched after it came back"
    assert spiky.query("SELECT state FROM run WHERE id = ?", document["run"]) == [("done",)]


def test_a_cause_is_switched_off_in_every_block(spiky):
    """Not whether it goes, which takes more blocks than a test has, but that exactly one arm has the browser's flag."""
    document, _ = reproduce(spiky, f"{spiky.original}:2", "--without", "gc", "--launches", "2")
    arms, run = document["arms"], document["run"]
    assert arms["without"]["name"] == "tinygo/worker/hash,without=gc" and arms["chance"] is None
    assert document["support"]["verdict"] == "too-few", "two blocks are too few for a verdict"
    flags = [(arm, "max-semi-space-size" in json.dumps(json.loads(environment)["browser"]["flags"])) for arm, environment in
             spiky.query("SELECT arm, environment FROM launch WHERE run = ? AND outcome != 'failed'", run)]
    assert len(flags) >= 4 and all(has == arm.endswith("without=gc") for arm, has in flags)
    assert len({row[0] for row in spiky.query("SELECT build FROM launch WHERE run = ?", run)}) == 1


def test_a_cause_that_cannot_be_switched_off_is_refused_with_the_reason(spiky):
    runs = spiky.query("SELECT count(*) FROM run")
    for cause, why in (("guest@worker", "the guest's own work"), ("serialise@main", "in which nothing can be transferred"),
                       ("layout@main", "no parameter"), ("late@main", "off already"), ("hunger", "no such cause")):
        done = spiky.run("reproduce", f"{spiky.original}:2", "--without", cause)
        assert done.returncode == 2 and why in one_sentence(done), (cause, done.stderr)
    assert spiky.query("SELECT count(*) FROM run") == runs


def test_what_is_gone_is_not_built_anew(spiky):
    kept = spiky.results / "builds"
    runs = spiky.query("SELECT count(*) FROM run")
    kept.rename(spiky.results / "elsewhere")
    try:
        done = spiky.run("reproduce", f"{spiky.original}:2", "--launches", "1")
    finally:
        (spiky.results / "elsewhere").rename(kept)
    assert done.returncode == 2 and "is not built anew" in one_sentence(done)
    assert spiky.query("SELECT count(*) FROM run") == runs


def test_what_cannot_be_asked_for(spiky):
    on_time = spiky.query("SELECT min(n.sample) FROM (SELECT sample + 1 AS sample FROM spike s JOIN launch l ON l.row = s.launch "
                          "WHERE l.run = ? AND l.number = 2) n WHERE n.sample NOT IN (SELECT sample FROM spike s JOIN launch l "
                          "ON l.row = s.launch WHERE l.run = ? AND l.number = 2)", spiky.original, spiky.original)[0][0]
    for words, sentence in (
            ([spiky.original], "which spike"),
            ([f"{spiky.original}:2:{on_time}"], "was on time"),
            ([f"{spiky.original}:99"], "has no launch 99"),
            (["20200101"], "there is no run"),
            ([f"{spiky.original}:2", "--times", "4", "--launches", "3"], "cannot come back so often"),
            ([f"{spiky.original}:2", "--probe", "nowhere/at/all"], "nowhere/at/all")):
        done = spiky.run("reproduce", *words)
        assert done.returncode == 2 and sentence in one_sentence(done), (words, done.stderr)
        assert done.stdout == ""


def test_a_plant_that_is_gone_does_not_come_back(lab):
    """A probe whose page blocks itself for 80 ms, and the same probe without that."""
    probe = copy_probe(lab.folder, "null")
    script = (probe / "probe.js").read_text()
    planted = script.replace("\treturn harness.latency.run();", PLANT + "\treturn harness.latency.run();")
    assert planted != script
    (probe / "probe.js").write_text(planted)
    for _ in range(5):
        lab.run("run", str(probe), "--trace", "all", "--blocks", "1", "--param", "samples=100", "--param",
                "warmup_ms=200", "--param", "drain_ms=500", "--threshold", "30")
        original = last_run(lab)
        if lab.query("SELECT count(*) FROM explanation e JOIN launch l ON l.row = e.launch WHERE l.run = ? AND explained > 0",
                     original)[0][0]:
            break
    there, _ = reproduce(lab, f"{original}:1", "--launches", "2", "--probe", probe)
    assert there["arms"]["same"]["reproduced"] == there["arms"]["same"]["launches"] and there["differences"] == []
    assert there["arms"]["chance"] is None, "the arm is at rest itself"

    (probe / "probe.js").write_text(script)
    gone, done = reproduce(lab, f"{original}:1", "--launches", "2", "--probe", probe)
    assert gone["arms"]["same"]["reproduced"] == 0 and gone["recurrences"] == []
    assert [d["what"] for d in gone["differences"]] == ["probe.js (SHA-256)"]
    assert "came back" not in done.stderr and "did not come back" in done.stderr


def test_processors_are_the_browsers_alone_or_the_daemons_and_stay_so_when_reproduced(lab):
    """--cpus: what each may use is stored with every launch, shown, and taken over by reproduce."""
    ours = sorted(os.sched_getaffinity(0))
    browser, daemon = str(ours[-1]), str(ours[0])
    done = lab.run("run", "null", *SHORT[:-2], "--trace", "all", "--blocks", "1", "--threshold", "0.001", "--cpus",
                   f"browser={browser},daemon={daemon}")
    assert re.search(rf"browser on CPUs {browser} \((cpuset|affinity)\), daemon on CPUs {daemon}", " ".join(done.stdout.split()))
    original = last_run(lab)
    done = lab.run("reproduce", f"{original}:1", "--launches", "1")
    assert last_run(lab) != original
    hierarchy = pathlib.Path("/sys/fs/cgroup/cpuset")  # of version 1; version 2 has it where it is handed down
    for environment, in lab.query("SELECT environment FROM launch"):
        stored = json.loads(environment)["browser"]
        assert stored["cpus"] == browser and stored["cpus_by"] in ("cpuset", "affinity")
        assert (stored["cpuset_refused"] is None) == (stored["cpus_by"] == "cpuset")
        if hierarchy.is_dir() and os.geteuid() == 0:
            assert stored["cpus_by"] == "cpuset", stored["cpuset_refused"]
    for environment, in lab.query("SELECT environment FROM run"):
        stored = json.loads(environment)
        assert stored["daemon_cpus"] == daemon and stored["cpus_asked"] == {"browser": browser, "daemon": daemon}
    for words, why in ((f"browser={max(ours) + 1}", "not all of"), ("browser", "use browser=LIST"), ("browser=x", "no list")):
        done = lab.run("run", "null", "--cpus", words)
        assert done.returncode == 2 and why in one_sentence(done)
    if len(ours) > 1:
        done = lab.run("reproduce", f"{original}:1", "--launches", "1", "--cpus", f"browser={daemon}", "--json")
        assert {d["what"] for d in json.loads(done.stdout)["differences"]} >= {"CPUs that the browser may use"}
