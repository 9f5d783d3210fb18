"""A process that has run 200 launches has what it had after 20: as much memory, as many descriptors, as little in its
scratch folder and in /tmp."""
import os
import pathlib
import re
import select

import pytest

from conftest import litter
from faults import MANY, FaultyRun, tell_figure

pytestmark = pytest.mark.skipif(not MANY, reason="200 launches are for make faults")

LAUNCHES = 200
SETTLED = 20

# A reading is the least of five launches': one that comes late falls outside the window, where sockets come and go.
READINGS = 5

# Under 1.5 KiB a launch, seen: 12 kB in all. It is not nothing because 20 launches do not quite fill SQLite's page cache
# (256 KiB, store/store.c), and because a heap's free pieces come to lie elsewhere.
RSS_GROWTH_MAX_KB = 256

TINY = ["--param", "samples=30", "--param", "interval_ms=10", "--param", "warmup_ms=0", "--param", "drain_ms=100"]


def read_process(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)), len(os.listdir(f"/proc/{pid}/fd"))


def next_window(run, number):
    """Waits until a launch later than `number` is in its window; its number."""
    text = ""
    while True:
        assert select.select([run.terminal], [], [], 120)[0], f"nothing more after launch {number}: {text!r}"
        chunk = os.read(run.terminal, 4096).decode(errors="replace")
        text = (text + chunk)[-1000:]
        run.text += chunk
        seen = [int(n) for n in re.findall(r"\[(\d+)/\d+\][^\r\n]*  measuring", text)]
        if seen and seen[-1] > number:
            return seen[-1]


def read_from(lab, run, number):
    """What the process has in the windows of the launches from `number` on."""
    launch, readings = next_window(run, number - 1), []
    for _ in range(READINGS):
        readings.append((*read_process(run.process.pid), len(lab.leftover_scratch())))
        launch = next_window(run, launch)
    rss_kb, descriptors, scratch = (min(column) for column in zip(*readings))
    return {"launch": number, "rss_kb": rss_kb, "descriptors": descriptors, "scratch_folders": scratch,
            "in_tmp": sorted(map(str, litter()))}


def test_200_launches_leave_what_20_did(lab):
    # Voided blocks are rerun, so there are at least as many launches as blocks.
    run = FaultyRun(lab, "null", "--blocks", str(LAUNCHES + READINGS + 1), *TINY)
    early = read_from(lab, run, SETTLED)
    late = read_from(lab, run, LAUNCHES)
    _, stored = run.finish(600)
    assert len(stored) >= LAUNCHES and {launch.outcome for launch in stored} <= {"valid", "void"}
    tell_figure(says=f"{len(stored)} launches in one process: after {SETTLED} {early}; after {LAUNCHES} {late}")
    assert late["descriptors"] == early["descriptors"], (early, late)
    assert late["scratch_folders"] == early["scratch_folders"] == 1, (early, late)
    assert late["in_tmp"] == early["in_tmp"], (early, late)
    assert late["rss_kb"] - early["rss_kb"] <= RSS_GROWTH_MAX_KB, (early, late)
