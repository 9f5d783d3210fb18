"""Real runs in a real Chromium: what is stored, what is printed, how it is looked up."""
import csv
import hashlib
import io
import json
import math
import os
import re
import stat
import subprocess

import pytest

from support import SHORT, Lab, one_sentence

CSV_HEADER = ["run", "launch", "arm", "traced", "sample", "cold", "answered", "due_ms", "sent_ms",
              "received_ms", "replied_ms", "returned_ms", "after"]


def test_run_json_has_the_agreed_shape(measured):
    assert measured.first.returncode == 0, measured.first.stderr
    document = json.loads(measured.first.stdout)
    for key in ("schema", "run", "probe", "seed", "threshold_ms", "arms", "ratios", "claims", "artefacts",
                "environment"):
        assert key in document
    assert document["probe"] == "null" and document["seed"] == 1
    arm, = document["arms"]
    assert arm["launches"] == 2
    assert arm["failed"] == 0 and arm["saturated"] == 0
    for metric in ("response_p95", "service_p95", "lateness_p95", "response_p50"):
        value = arm["metrics"][metric]
        assert set(value) >= {"value", "low", "high", "unit"} and value["unit"] == "ms"
        assert 0 < value["low"] <= value["value"] <= value["high"]
    for artefact in document["artefacts"]:
        assert not os.path.isabs(artefact["path"])
        data = (measured.results / artefact["path"]).read_bytes()
        assert len(data) == artefact["bytes"]
        assert hashlib.sha256(data).hexdigest() == artefact["sha256"]


def rows_of(lab, *words):
    done = lab.run("export", *words)
    assert done.returncode == 0, done.stderr
    return list(csv.reader(io.StringIO(done.stdout, newline="")))


def measured_launches(lab):
    """The numbers of the valid launches: a void one is followed by its rerun."""
    return [row[0] for row in lab.query("SELECT number FROM launch WHERE outcome = 'valid' ORDER BY number")][-2:]


def test_csv_has_every_sample_and_the_table_follows_from_it(measured):
    header, *rows = rows_of(measured, "last", "--as", "csv")
    assert header == CSV_HEADER
    run = json.loads(measured.first.stdout)["run"]
    p95 = []
    for launch in map(str, measured_launches(measured)):
        warm = [r for r in rows if r[1] == launch and r[5] == "0"]
        assert len(warm) == 100
        assert {r[0] for r in warm} == {run} and {r[3] for r in warm} == {"0"}
        responses = sorted(float(r[11]) - float(r[7]) for r in warm)
        p95.append(responses[math.ceil(0.95 * len(responses)) - 1])
        due = [float(r[7]) for r in warm]
        assert due == sorted(due)
        for r in warm:
            assert float(r[7]) <= float(r[8]) + 0.1 <= float(r[11]) + 0.2
            assert float(r[9]) <= float(r[10])
    shown = json.loads(measured.first.stdout)["arms"][0]["metrics"]["response_p95"]["value"]
    assert shown == pytest.approx(math.exp(sum(map(math.log, p95)) / 2), rel=1e-9)


def test_one_launch_alone_can_be_exported(measured):
    number = measured_launches(measured)[1]
    rows = rows_of(measured, f"last:{number}", "--as", "csv")[1:]
    assert {r[1] for r in rows} == {str(number)}
    out = measured.folder / "samples.csv"
    assert measured.run("export", f"last:{number}", "-o", out).returncode == 0
    assert len(out.read_bytes().split(b"\r\n")) == len(rows) + 2


def test_an_export_never_replaces_a_pipe(measured):
    pipe = measured.folder / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    assert measured.run("export", "last", "-o", pipe).returncode == 0
    assert reader.communicate(timeout=20)[0].startswith(b"run,launch,arm")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert measured.run("export", "last:1:3").returncode == 2


def test_export_json_is_what_run_printed(measured):
    done = measured.run("export", "last", "--as", "json")
    assert json.loads(done.stdout)["arms"] == json.loads(measured.first.stdout)["arms"]


def test_list_and_show_read_well(measured):
    run = json.loads(measured.first.stdout)["run"]
    for words in (["list"], ["show", "last"], ["show", run], ["show", "last:1"], ["show", "last:1:30"]):
        done = measured.run(*words)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()
        assert max(map(len, done.stdout.splitlines())) <= 100, done.stdout
        assert not re.search(r"\b(nan|inf|infinity|\(null\))\b", done.stdout.lower()), done.stdout
    assert run in measured.run("list").stdout
    assert measured.json("list")["runs"][0]["run"] == run


def test_the_schedule_is_the_seeds(measured):
    """Both launches of the first block's seed differ, and a second run with the seed repeats the first's due times."""
    again = Lab(measured.folder / "again")
    (measured.folder / "again").mkdir()
    try:
        done = again.run("run", "null", "--blocks", "1", "--param", "samples=100", "--param", "warmup_ms=200",
                         "--seed", "1", "--trace", "off", "--json")
        assert done.returncode in (0, 4), done.stderr

        def gaps(lab, launch):
            due = [float(r[7]) for r in rows_of(lab, launch)[1:] if r[5] == "0"]
            return [round(b - a, 6) for a, b in zip(due, due[1:])]
        first, second = measured_launches(measured)
        assert gaps(again, "last:1") == gaps(measured, f"last:{first}")
        assert gaps(measured, f"last:{first}") != gaps(measured, f"last:{second}")
    finally:
        again.close()


def launch_environment(lab, launch):
    return json.loads(lab.query("SELECT environment FROM launch WHERE number = ?", launch)[0][0])


def test_the_ledger_names_every_finished_launch(measured):
    finished = measured.query("SELECT count(*) FROM launch WHERE finished IS NOT NULL")[0][0]
    assert measured.query("SELECT count(*) FROM ledger")[0][0] >= finished >= 2


def test_silence_in_the_window(measured):
    """Between asking for the window and its answer the daemon sleeps once and is woken by the answer."""
    for launch in (1, 2):
        daemon = launch_environment(measured, launch)["daemon"]
        assert daemon["voluntary_switches"] <= 2, daemon
        assert daemon["cpu_us"] < 20000, daemon


def test_the_sandbox_is_proved(measured):
    browser = launch_environment(measured, 1)["browser"]
    sandbox = browser["sandbox"]
    if os.geteuid() == 0:
        assert sandbox["verified"], sandbox
        assert sandbox["seccomp"] == 2 and sandbox["pid_namespaces"] >= 2
    assert "--no-sandbox" not in json.dumps(browser)


def test_flags_are_recorded(measured):
    browser = json.dumps(launch_environment(measured, 1)["browser"])
    for flag in ("--disable-background-timer-throttling", "--disable-renderer-backgrounding", "WebUIOmniboxPopup"):
        assert flag in browser


def test_every_state_is_stored_with_its_time(measured):
    text = measured.query("SELECT transitions FROM launch WHERE number = 1")[0][0]
    transitions = json.loads(text)
    assert [t["state"] for t in transitions] == ["planned", "launching", "attaching", "loading", "preparing",
                                                 "measuring", "collecting", "closing", "done"]
    times = [t["mono_us"] for t in transitions]
    assert times == sorted(times)


def test_shell_mode_works(lab):
    done = lab.run("run", "null", "--blocks", "1", *SHORT, "--browser-mode", "shell")
    assert done.returncode in (0, 4), done.stderr
    assert {row[0] for row in lab.query("SELECT outcome FROM launch")} <= {"valid", "void"}
    assert launch_environment(lab, 1)["browser"]["mode"] == "shell"


def test_unknown_addresses_say_what_there_is(measured):
    run = json.loads(measured.first.stdout)["run"]
    for address in ("nosuch", "last:99", "last:1:100000", "last:x", "last:1:2:3", ""):
        done = measured.run("show", address)
        assert done.returncode == 2, (address, done.stderr)
        assert one_sentence(done)
    assert measured.run("show", run).returncode == 0
    done = measured.run("export", "last", "--as", "xml")
    assert done.returncode == 2 and "csv" in one_sentence(done)
