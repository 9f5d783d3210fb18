"""The disk fills up while a trace is pulled: the trace is lost and says why, its launch's samples are kept, the next
launch is made."""
import contextlib
import os
import subprocess

import pytest

from faults import FAULTY, MANY, MEASURED, SOUND, FaultyRun

# 3,000 samples make a trace of some 7 MB; what else a launch leaves is a hundredth of it.
SAMPLES = 3000
DISK = "3m"


@contextlib.contextmanager
def small_disk(folder, size):
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
@pytest.mark.parametrize("number", range(max(MANY, 1)))
def test_a_disk_that_is_full_while_a_trace_is_written(lab, number):
    with small_disk(lab.results, DISK):
        run = FaultyRun(lab, FAULTY, "--arms", SOUND, "--blocks", "2", "--param", f"samples={SAMPLES}",
                        "--param", "interval_ms=1", trace="all")
        status, stored = run.finish()
        assert status in (0, 4), run.text
        assert len(stored) >= 2, "the run went on"
        for launch in stored:
            check_launch(lab, launch)
        assert lab.query("SELECT count(*) FROM samples") == [(len(stored),)]
        assert lab.query("SELECT state FROM run") == [("done",)]


def check_launch(lab, launch):
    assert launch.outcome in MEASURED and launch.death is None, launch
    assert "No space left on device" in launch.environment["trace"]["failed"], launch
    kept = lab.query("SELECT artefact.kind, artefact.path FROM artefact JOIN launch ON launch.row = artefact.launch"
                     " WHERE launch.number = ? ORDER BY artefact.kind", launch.number)
    assert [kind for kind, _ in kept] == ["browser-log", "samples"], kept
    folder = (lab.results / kept[0][1]).parent
    assert sorted(path.name for path in folder.iterdir()) == ["browser.log", "samples.wgup"], "nothing of the trace"
