"""Traces that wasmograph recorded, exported as a user would, for all who read them."""
import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))

from support import Lab  # noqa: E402

WORDS = ["ping", "--trace", "all", "--blocks", "1", "--arms", "gc/worker/churn", "--arms", "gc/main/churn",
         "--param", "samples=300", "--param", "warmup_ms=300", "--param", "drain_ms=500"]


ARMS = {"gc/worker/churn", "gc/main/churn"}


class Recorded:
    """One exported trace: `facts` is what wasmograph says of it, `file` the JSON that it was recorded as, or converted to."""

    def __init__(self, file, arm, facts):
        self.file, self.arm, self.facts = file, arm, facts
        self.converted = facts["format"] == "protobuf"


def record_once(lab, form):
    """Whole traces. Somebody else's load may void launches, which keep their traces."""
    done = lab.run("run", *WORDS, "--trace-format", form, "--json")
    assert done.returncode in (0, 4), done.stderr
    run = json.loads(done.stdout)["run"]
    exported = lab.json("export", run, "--as", "trace", "-o", lab.folder / run)
    found = []
    for trace in exported["traces"]:
        facts = lab.json("show", f"{run}:{trace['launch']}")["environment"]["trace"]
        assert facts["lossy"] == trace["lossy"] and facts["lost"] == trace["lost"] and facts["format"] == form
        if not trace["lossy"]:
            found.append(Recorded(pathlib.Path(trace["path"]), trace["arm"], facts))
    return found


def record(lab, form):
    """A whole trace of each arm. On a busy machine Chromium may lose events, and says so: then they are recorded again."""
    for _ in range(4):
        found = record_once(lab, form)
        if {trace.arm for trace in found} == ARMS:
            return found
    raise AssertionError(f"four runs in a row left no whole trace of each arm in {form}")


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    """Of each format."""
    lab = Lab(tmp_path_factory.mktemp("traces"))
    try:
        yield record(lab, "json") + record(lab, "protobuf")
    finally:
        left = lab.wait_until_nothing_is_left()
        lab.close()
        assert not left, f"left behind: {left}"
