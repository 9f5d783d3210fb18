"""Bad input: one sentence on stderr, the right exit status, nothing left behind."""
import json
import os
import sqlite3
import subprocess

import pytest

from support import PROGRAM, copy_probe, edit_json, one_sentence

ROWS = [
    (["run"], 2, "PROBE"),
    (["run", "nosuch"], 2, "nosuch"),
    (["run", "null", "extra"], 2, "too many"),
    (["run", "null", "--frobnicate"], 2, "--frobnicate"),
    (["run", "null", "--blocks"], 2, "--blocks"),
    (["run", "null", "--blocks", "0"], 2, "--blocks"),
    (["run", "null", "--blocks", "six"], 2, "--blocks"),
    (["run", "null", "--blocks", "1.5"], 2, "--blocks"),
    (["run", "null", "--seed", "-1"], 2, "--seed"),
    (["run", "null", "--threshold", "nan"], 2, "--threshold"),
    (["run", "null", "--json=yes"], 2, "--json"),
    (["run", "null", "--param", "samples"], 2, "samples"),
    (["run", "null", "--param", "samples=0"], 2, "samples"),
    (["run", "null", "--param", "samples=many"], 2, "samples"),
    (["run", "null", "--param", "colour=red"], 2, "colour"),
    (["run", "ping", "--arms", "nosuch/*"], 2, "nosuch/*"),
    (["run", "null", "--trace", "rings"], 2, "--trace"),
    (["run", "null", "--trace-buffer", "0"], 2, "--trace-buffer"),
    (["run", "null", "--trace", "off", "--trace-buffer", "64"], 2, "--trace-buffer"),
    (["run", "null", "--trace-format", "proto"], 2, "--trace-format"),
    (["run", "null", "--trace", "off", "--trace-format", "json"], 2, "--trace-format"),
    (["run", "null", "--browser-mode", "sideways"], 2, "sideways"),
    (["run", "null", "--browser-user", "no-such-user"], 2, "no-such-user"),
    (["run", "null", "--browser", "/nonexistent/chromium"], 3, "/nonexistent/chromium"),
    (["run", "null", "--data", "/nonexistent"], 3, "/nonexistent"),
    (["plan", "nosuch"], 2, "nosuch"),
    (["show", "last"], 2, "results"),
    (["show", "20200101T000000Z-null-abcd"], 2, "results"),
    (["list"], 2, "results"),
    (["export", "last"], 2, "results"),
    (["build", "nosuch"], 2, "nosuch"),
]


@pytest.mark.parametrize("words,status,fragment", ROWS, ids=lambda v: " ".join(v) if isinstance(v, list) else None)
def test_bad_input_is_one_sentence(lab, words, status, fragment):
    if words[1:3] == ["null", "--browser-user"] and os.geteuid() != 0:
        pytest.skip("the browser's user is only looked up by root")
    done = lab.run(*words)
    assert done.returncode == status, done.stderr
    assert fragment in one_sentence(done)
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) <= 12


def test_no_command_and_unknown_command():
    done = subprocess.run([PROGRAM], capture_output=True, text=True)
    assert done.returncode == 2 and "usage:" in done.stderr
    done = subprocess.run([PROGRAM, "fly"], capture_output=True, text=True)
    assert done.returncode == 2 and "fly" in done.stderr


@pytest.mark.parametrize("command", ["run", "plan", "list", "show", "explain", "reproduce", "export", "build", "claims",
                                     "selfcheck", "trace"])
def test_every_command_has_help(command):
    done = subprocess.run([PROGRAM, command, "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: wasmograph {command}")
    assert max(map(len, done.stdout.splitlines())) <= 100


PROBE_EDITS = [
    ("not JSON", None, "probe.json"),
    ("no kind", lambda p: p.pop("kind"), "kind"),
    ("unknown kind", lambda p: p.update(kind="sideways"), "kind"),
    ("no arms", lambda p: p.update(arms=[], claims=[]), "arms"),
    ("arm of an unknown guest", lambda p: p["arms"].append("ghost/worker/idle"), "ghost"),
    ("two arms of one name", lambda p: p["arms"].append(p["arms"][0]), "arms"),
    ("a negative threshold", lambda p: p.update(threshold_ms=-1), "threshold"),
    ("unknown toolchain", lambda p: p["guests"][0].update(toolchain="nosuch"), "nosuch"),
]


@pytest.mark.parametrize("name,edit,fragment", PROBE_EDITS, ids=[row[0] for row in PROBE_EDITS])
def test_a_broken_probe_names_the_place(lab, name, edit, fragment):
    probe = copy_probe(lab.folder)
    if edit:
        edit_json(probe / "probe.json", edit)
    else:
        (probe / "probe.json").write_text('{"schema": 1,')
    done = lab.run("run", probe)
    assert done.returncode == 2, done.stderr
    assert fragment in one_sentence(done)


def test_an_unknown_setting_of_an_arm_is_refused(lab):
    probe = copy_probe(lab.folder)
    edit_json(probe / "probe.json", lambda p: p["arms"].append("gc/worker/churn,COLOUR=red"))
    done = lab.run("run", probe)
    assert done.returncode == 2
    assert "COLOUR" in one_sentence(done)


def test_a_guest_that_is_not_there_cannot_answer(lab):
    probe = copy_probe(lab.folder)
    edit_json(probe / "probe.json", lambda p: p["arms"].append("none/worker/idle,responder=guest"))
    done = lab.run("run", probe, "--arms", "none/worker/*")
    assert done.returncode == 2
    assert "responder 'guest'" in one_sentence(done)


@pytest.mark.parametrize("edit,fragment", [({"a": "zzz"}, "zzz"), ({"metric": "beauty"}, "beauty")])
def test_a_comparison_that_cannot_be_made_is_refused_before_anything_runs(lab, edit, fragment):
    primary = {"metric": "response_p95", "a": "js/worker/idle", "b": "js/worker/churn", **edit}
    plan = lab.folder / "plan.json"
    plan.write_text(json.dumps({"schema": 1, "name": "p", "runs": [{"probe": "ping", "primary": [primary]}]}))
    done = lab.run("plan", plan)
    assert done.returncode == 2 and fragment in one_sentence(done)
    assert not lab.results.exists()


def test_results_that_are_a_file(lab):
    lab.results.write_text("not a folder")
    done = lab.run("run", "null")
    assert done.returncode == 3
    assert str(lab.results) in one_sentence(done)


def test_a_newer_database_is_left_alone(lab):
    lab.results.mkdir()
    database = lab.results / "wasmograph.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE future (x)")
        connection.execute("PRAGMA user_version = 999")
    before = database.read_bytes()
    for words in (["run", "null"], ["list"], ["show", "last"]):
        done = lab.run(*words)
        assert done.returncode == 3
        assert "newer" in one_sentence(done)
    assert database.read_bytes() == before


def test_a_file_that_is_no_database(lab):
    lab.results.mkdir()
    (lab.results / "wasmograph.db").write_bytes(b"nothing like a database" * 100)
    done = lab.run("run", "null")
    assert done.returncode == 3
    assert "wasmograph.db" in one_sentence(done)
