"""Guests that trap, hang, run out of memory or lie in a probe of kind calls, with either compiler on either thread: each
launch is a stored failure with a reason that names the cause, the run goes on, and no claim is decided by it."""
import json

import pytest

from support import SOURCE, Lab

PROBE = SOURCE / "test/cli/probes/bad_guests"

# What the stored reason has to say, by what the guest does.
REASONS = {
    "gc/main/trap": ["guest ended: exit code 2", "nil pointer dereference"],
    "gc/main/exhaust": ["guest ended: exit code 2", "out of memory", "cannot grow"],
    "gc/main/hang": ["looping while measuring"],
    "gc/main/lie": ["metric answer is NaN"],
    "gc/main/boast": ["metric answer is a lot"],
    "gc/worker/trap": ["guest ended: exit code 2", "nil pointer dereference"],
    "gc/worker/exhaust": ["guest ended: exit code 2", "out of memory", "cannot grow"],
    "gc/worker/hang": ["part.js did not end within 2 s"],
    "gc/worker/lie": ["metric answer is NaN"],
    "tinygo/main/trap": ["RuntimeError: unreachable", "panic: runtime error: nil pointer dereference"],
    "tinygo/main/exhaust": ["RuntimeError: unreachable", "panic: runtime error: out of memory"],
    "tinygo/main/hang": ["looping while measuring"],
    "tinygo/main/lie": ["metric answer is NaN"],
    "tinygo/worker/trap": ["RuntimeError: unreachable", "panic: runtime error: nil pointer dereference"],
    "tinygo/worker/exhaust": ["RuntimeError: unreachable", "panic: runtime error: out of memory"],
    "tinygo/worker/hang": ["part.js did not end within 2 s"],
    "tinygo/worker/lie": ["metric answer is NaN"],
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("bad"))
    lab.done = lab.run("run", PROBE, "--blocks", "1", "--json", "--wait", deadline_s=600)
    yield lab
    lab.close()


def test_every_launch_is_stored(bad):
    assert bad.done.returncode == 4, bad.done.stderr
    assert {arm for arm, in bad.query("SELECT arm FROM launch")} == set(REASONS)
    assert bad.query("SELECT state FROM run") == [("done",)]
    assert not bad.incoming()


@pytest.mark.parametrize("arm", REASONS)
def test_it_says_why(bad, arm):
    rows = bad.query("SELECT outcome, reason FROM launch WHERE arm = ?", arm)
    assert rows and {outcome for outcome, _ in rows} == {"failed"}
    for _, reason in rows:
        assert all(words in reason for words in REASONS[arm]), reason


def test_nothing_is_decided(bad):
    claims = json.loads(bad.done.stdout)["claims"]
    assert {claim["arm"] for claim in claims} == set(REASONS)
    assert {claim["verdict"] for claim in claims} == {"undecided"}
