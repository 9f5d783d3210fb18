"""Guests, browsers and disks that misbehave: each is told apart and stored, the run goes on, and one sentence
says what, where and what to do. Killed processes and pages that do not come back are test/faults/."""
import json
import os
import shutil
import subprocess
import time

import pytest

from support import FAKE_BROWSER, SHORT, SOURCE, copy_probe, edit_json, one_sentence

IDLE_JS = "js/worker/idle"

GUEST = """
let steps = 0, digest = 0x811C9DC5;
export function init(name, w0, w1, w2, w3, size) { %(init)s }
export function step() { steps++; %(step)s }
export function result() { %(result)s return { steps, digest, objects: 0, bytes: 0 }; }
"""

# What is wrong with the guest; where; the load; what the stored reason must say.
BAD_GUESTS = [
    ("traps in init", {"init": "throw new Error('init trapped');"}, "churn", "init trapped"),
    ("traps in a step", {"step": "if (steps > 3) throw new RangeError('step trapped');"}, "churn", "step trapped"),
    ("traps at the end", {"result": "throw new Error('result trapped');"}, "churn", "result trapped"),
    ("lies about its digest", {"step": "digest = 12345;"}, "churn", "digest"),
    ("lies about its steps", {"result": "steps = 3;"}, "churn", "steps"),
    ("does nothing", {"result": "steps = 0;"}, "churn", "no work"),
    ("gives no proof", {"result": "return {};"}, "churn", "proof"),
]


def spoil_guest(probe, **code):
    parts = {"init": "", "step": "", "result": "", **code}
    (probe / "guests/js/guest.js").write_text(GUEST % parts)


def only_reason(lab):
    rows = lab.query("SELECT outcome, reason, death FROM launch ORDER BY number")
    assert rows
    return rows


@pytest.mark.parametrize("name,code,load,fragment", BAD_GUESTS, ids=[row[0] for row in BAD_GUESTS])
def test_a_bad_guest_is_a_stored_failure(lab, name, code, load, fragment):
    probe = copy_probe(lab.folder)
    spoil_guest(probe, **code)
    done = lab.run("run", probe, "--arms", f"js/worker/{load}", "--blocks", "1", *SHORT)
    assert done.returncode == 4, done.stderr
    (outcome, reason, _), = only_reason(lab)
    assert outcome == "failed"
    assert fragment in reason, reason
    assert fragment in done.stdout, "the table says why"
    document = lab.json("show", "last")
    assert document["arms"][0]["failed"] == 1 and document["arms"][0]["launches"] == 0


def test_a_guest_that_never_answers_is_hung_within_its_deadline(lab):
    probe = copy_probe(lab.folder)
    spoil_guest(probe, step="if (steps > 3) for (;;);")
    edit_json(probe / "probe.json", lambda p: p.update(deadline_s=3))
    start = time.monotonic()
    done = lab.run("run", probe, "--arms", "js/worker/churn", "--blocks", "1", *SHORT)
    assert done.returncode == 4, done.stderr
    (outcome, reason, _), = only_reason(lab)
    assert outcome in ("failed", "saturated"), reason
    assert time.monotonic() - start < 60


def test_a_guest_that_never_starts_fails_within_its_deadline(lab):
    probe = copy_probe(lab.folder)
    spoil_guest(probe, init="for (;;);")
    edit_json(probe / "probe.json", lambda p: p.update(deadline_s=3))
    done = lab.run("run", probe, "--arms", "js/worker/churn", "--blocks", "1", *SHORT)
    assert done.returncode == 4, done.stderr
    assert only_reason(lab)[0][0] == "failed"


def test_a_guest_that_does_not_build_is_a_result(lab):
    probe = copy_probe(lab.folder)
    (probe / "guests/go/main.go").write_text("package main\n\nfunc main() { undefinedName() }\n")
    done = lab.run("run", probe, "--arms", "gc/worker/idle", "--arms", IDLE_JS, "--blocks", "1", *SHORT)
    assert done.returncode == 4, done.stderr
    assert "undefinedName" in done.stderr
    record, = [json.loads(r[0]) for r in lab.query("SELECT record FROM build WHERE failed = 1")]
    assert record["exit_status"] != 0 and "undefinedName" in record["stderr"]
    arms = {arm["arm"]: arm for arm in lab.json("show", "last")["arms"]}
    assert arms[IDLE_JS]["launches"] + arms[IDLE_JS]["void"] >= 1, "the other arm was measured"


def test_an_arm_that_always_fails_is_stopped_after_three(lab):
    probe = copy_probe(lab.folder)
    spoil_guest(probe, init="throw new Error('never');")
    done = lab.run("run", probe, "--arms", "js/worker/churn", "--blocks", "6", *SHORT)
    assert done.returncode == 4
    assert len(only_reason(lab)) == 3


@pytest.fixture
def fake(lab):
    """A scripted browser in a place where the browser's user can run it."""
    def make(behaviour):
        folder = lab.tmp / "fake"
        folder.mkdir(mode=0o755, exist_ok=True)
        program = folder / "fake_browser.py"
        shutil.copy(FAKE_BROWSER, program)
        program.chmod(0o755)
        program.with_name(program.name + ".behaviour").write_text(behaviour + "\n")
        return program
    return make


FAKES = [
    ("exits-at-once", 3, "failed-to-start"),
    ("cuts-mid-frame", 3, None),
    ("garbage", 3, None),
    ("oversized", 3, None),
]


@pytest.mark.parametrize("behaviour,status,death", FAKES, ids=[row[0] for row in FAKES])
def test_a_browser_that_never_comes_up_ends_the_run(lab, fake, behaviour, status, death):
    done = lab.run("run", "null", "--blocks", "6", *SHORT, "--browser", fake(behaviour))
    assert done.returncode == status, done.stderr
    assert "never started" in one_sentence(done) and "browser.log" in one_sentence(done)
    rows = only_reason(lab)
    assert len(rows) == 3 and {row[0] for row in rows} == {"failed"}
    if death:
        assert {row[2] for row in rows} == {death}


def test_one_launch_is_enough_to_say_that_a_browser_never_starts(lab, fake):
    done = lab.run("run", "null", "--blocks", "1", *SHORT, "--browser", fake("exits-at-once"))
    assert done.returncode == 3, done.stderr
    assert "never started" in one_sentence(done)


def test_web_files_that_are_missing_end_the_run_with_a_sentence(lab):
    data = lab.folder / "data"
    for name in ("probes", "web"):
        shutil.copytree(SOURCE / name, data / name)
    done = lab.run("run", "null", "--blocks", "1", *SHORT, "--data", data)
    assert done.returncode in (2, 3), done.stderr
    assert "workers" in one_sentence(done)
    assert lab.query("SELECT state FROM run") == [("failed",)]
    assert not lab.incoming()


def test_a_program_that_is_no_browser(lab):
    done = lab.run("run", "null", "--blocks", "1", "--browser", "/bin/false")
    assert done.returncode == 3
    assert "/bin/false" in one_sentence(done)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_ends_the_run_with_what_was_finished_kept(lab):
    lab.results.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1100k", "tmpfs", lab.results], check=True)
    try:
        done = lab.run("run", "null", "--blocks", "60", "--param", "samples=2000", "--param", "interval_ms=1",
                       "--param", "warmup_ms=0", "--param", "drain_ms=100")
        assert done.returncode == 3, done.stderr
        sentence = one_sentence(done)
        assert "space" in sentence.lower() or "full" in sentence.lower()
        assert str(lab.results) in sentence
        assert lab.query("PRAGMA integrity_check") == [("ok",)]
        finished = lab.query("SELECT count(*) FROM launch WHERE outcome IN ('valid', 'void')")[0][0]
        whole = lab.query("SELECT count(*) FROM samples")[0][0]
        assert finished >= 1 and whole == finished
    finally:
        subprocess.run(["umount", lab.results], check=True)


def test_results_that_cannot_be_written(lab):
    lab.results.mkdir()
    if os.geteuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", lab.results], check=True)
    else:
        lab.results.chmod(0o555)
    try:
        done = lab.run("run", "null", "--blocks", "1")
        assert done.returncode == 3
        assert str(lab.results) in one_sentence(done)
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", lab.results], check=True)
        else:
            lab.results.chmod(0o755)
