"""The host's ticks of traced launches: sampled beside the page, named by the trace's marks, kept; and what becomes of a
launch whose sampler is killed."""
import csv
import gzip
import json
import os
import pathlib
import signal
import time

import pytest

from support import SHORT, read_until

TRACED = [word for word in SHORT if word not in ("--trace", "off")] + ["--trace", "all"]

COLUMNS = ["mono_us", "late_us", "main_run_ns", "main_delay_ns", "main_minflt", "main_state", "worker_run_ns",
           "worker_delay_ns", "worker_minflt", "worker_state", "all_cpu_us", "browser_cpu_us"]


def environment(lab, number=1):
    return json.loads(lab.query("SELECT environment FROM launch WHERE number = ?", number)[0][0])


def artefacts(lab, kind):
    return [row[0] for row in lab.query("SELECT a.path FROM artefact a JOIN launch l ON l.row = a.launch"
                                        " WHERE a.kind = ? AND l.number = 1", kind)]


def read_ticks(lab):
    path, = artefacts(lab, "ticks")
    with gzip.open(lab.results / path, "rt") as text:
        return list(csv.DictReader(text))


def sampler_of(lab):
    """One that has got as far as to ignore SIGTERM."""
    for pid, _ in lab.leftover_processes():
        try:
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        ignored = int(status.split("SigIgn:")[1].split()[0], 16)
        if words[1:2] == [b"ticks"] and ignored >> (signal.SIGTERM - 1) & 1:
            return pid
    return None


def wait_for_sampler(lab, deadline_s=60):
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        pid = sampler_of(lab)
        if pid:
            return pid
        time.sleep(0.02)
    pytest.fail("no sampler was started")


@pytest.mark.parametrize("arm", ["js/worker/idle", "js/main/idle"])
def test_a_traced_launch_has_ticks(lab, arm):
    lab.run("run", "ping", "--arms", arm, "--blocks", "1", *TRACED, "--param", "samples=200")
    stored = environment(lab)
    facts, trace = stored["ticks"], stored["trace"]
    assert "failed" not in facts, facts
    rows = read_ticks(lab)
    assert list(rows[0])[:12] == COLUMNS
    assert len(rows) == facts["rows"] > 100
    stamps = [int(row["mono_us"]) for row in rows]
    assert stamps == sorted(set(stamps))

    # The two parties are those of the trace's marks, as its sandbox calls them.
    assert facts["pid"] == trace["main"]["pid"] == stored["browser"]["sandbox"]["renderer_pid"]
    known = {thread["ns_tid"]: thread["tid"] for thread in facts["threads"]}
    assert known[trace["main"]["tid"]] == facts["pid"]
    assert trace["worker"]["tid"] in known and facts["workers_left_out"] == facts["workers_born"] == 0
    for column in ("main_run_ns", "worker_run_ns", "all_cpu_us"):
        assert int(rows[-1][column]) > int(rows[0][column]), column
    assert {row["main_state"] for row in rows} <= set("RSD")
    others = {f"t{tid}_state" for tid in known if tid not in (trace["main"]["tid"], trace["worker"]["tid"])}
    assert set(list(rows[0])[12:]) >= others

    # The browser's group counts the browser: at least its two threads, at most the machine.
    if facts["cgroup"] != "none":
        def grown(column, unit=1):
            return (int(rows[-1][column]) - int(rows[0][column])) / unit
        parties_us = grown("main_run_ns", 1000) + grown("worker_run_ns", 1000)
        assert 0.9 * parties_us <= grown("browser_cpu_us") <= 1.1 * grown("all_cpu_us")
    assert facts["cgroup"] == stored["browser"]["cgroup"]

    # What it costs is stored, and is not mistaken for a stranger's load.
    assert 0 < facts["cpu_us"] < facts["window_us"] / 2 and facts["wakeups"] > 0
    assert stored["window"]["self_share"] > 0.5 * facts["cpu_us"] / facts["window_us"] / os.cpu_count()
    assert stored["daemon"]["voluntary_switches"] <= 2, "the daemon slept through the window"


def test_untraced_launches_have_the_group_and_no_sampler(lab):
    lab.run("run", "ping", "--arms", "js/worker/idle", "--blocks", "1", *SHORT)
    stored = environment(lab)
    assert "ticks" not in stored and not artefacts(lab, "ticks")
    assert stored["browser"]["cgroup"] in ("v1", "v2", "none")
    if os.geteuid() == 0:
        assert stored["browser"]["cgroup"] != "none", stored["browser"]["cgroup_refused"]


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_a_launch_outlives_its_sampler(lab, signal_number):
    process = lab.start("run", "ping", "--arms", "js/worker/idle", "--blocks", "1", *TRACED, "--param", "samples=500")
    os.kill(wait_for_sampler(lab), signal_number)
    process.communicate(timeout=120)
    outcome, = lab.query("SELECT outcome FROM launch WHERE number = 1")[0]
    assert outcome in ("valid", "void"), "nothing failed"
    stored = environment(lab)
    if signal_number == signal.SIGKILL:
        assert stored["ticks"]["failed"] == "the sampler ended by itself"
        assert not artefacts(lab, "ticks")
    else:
        assert "failed" not in stored["ticks"], "an interrupt is the command's business"
    assert artefacts(lab, "trace") and artefacts(lab, "samples")
    assert not list((lab.results / artefacts(lab, "trace")[0]).parent.glob("ticks.raw*"))


def test_a_sampler_does_not_outlive_the_command(lab):
    process, terminal = lab.start_on_terminal("run", "ping", "--arms", "js/worker/idle", "--blocks", "1", *TRACED,
                                              "--param", "samples=2000")
    read_until(terminal, ["measuring"], 60)
    sampler = wait_for_sampler(lab)
    os.kill(sampler, signal.SIGSTOP)
    process.kill()
    process.wait()
    os.close(terminal)
    assert not lab.wait_until_nothing_is_left(10)
