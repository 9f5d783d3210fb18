"""Traces that wasmograph recorded, exported as a user would, for all who read them."""
import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))

from support import Lab  # noqa: E402

WORDS = ["ping", "--trace", "all", "--blocks", "1", "--arms", "gc/worker/churn", "--arms", "gc/main/churn",
         "--param", "samples=300", "--param", "warmup_ms=300", "--param", "drain_ms=500"]


class Recorded:
    """One exported trace: `facts` is what wasmograph says of it, `file` the exported JSON."""

    def __init__(self, file, arm, facts):
        self.file, self.arm, self.facts = file, arm, facts


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    """A whole trace of each arm. Somebody else's load may void launches, which keep their traces."""
    lab = Lab(tmp_path_factory.mktemp("traces"))
    try:
        done = lab.run("run", *WORDS, "--json")
        assert done.returncode in (0, 4), done.stderr
        run = json.loads(done.stdout)["run"]
        out = lab.folder / "exported"
        exported = lab.json("export", run, "--as", "trace", "-o", out)
        found = []
        for trace in exported["traces"]:
            facts = lab.json("show", f"{run}:{trace['launch']}")["environment"]["trace"]
            assert facts["lossy"] == trace["lossy"] and facts["lost"] == trace["lost"]
            if not trace["lossy"]:
                found.append(Recorded(pathlib.Path(trace["path"]), trace["arm"], facts))
        assert {trace.arm for trace in found} == {"gc/worker/churn", "gc/main/churn"}, exported
        yield found
    finally:
        left = lab.wait_until_nothing_is_left()
        lab.close()
        assert not left, f"left behind: {left}"
