"""Death of the command in every state of a launch: nothing is left, and nothing half counts."""
import os
import signal
import time

import pytest

from support import SHORT, interrupt, one_sentence, read_until

STATES = ["launching", "attaching", "loading", "preparing", "measuring", "collecting", "closing"]


def check_integrity(lab):
    assert lab.query("PRAGMA integrity_check") == [("ok",)]


def reach(lab, state, *extra):
    """Starts a run on a terminal and waits until its progress names the state; (process, fd)."""
    process, terminal = lab.start_on_terminal("run", "null", "--blocks", "3", *SHORT, *extra)
    read_until(terminal, [state], 60)
    return process, terminal


# With processors of its own the browser is in one control group more, where that can be had.
@pytest.mark.parametrize("state, extra", [(state, []) for state in STATES] + [("measuring", ["--cpus", f"browser={min(os.sched_getaffinity(0))}"])])
def test_sigkill_in_every_state_leaves_nothing(lab, state, extra):
    process, terminal = reach(lab, state, *extra)
    process.kill()
    process.wait()
    os.close(terminal)
    assert not lab.wait_until_nothing_is_left(10)
    check_integrity(lab)
    unfinished = lab.query("SELECT count(*) FROM launch WHERE outcome NOT IN ('running', 'valid', 'void')")
    assert unfinished == [(0,)]

    # The next start sweeps what the dead one's rows name; then every row is whole or abandoned.
    done = lab.run("run", "null", "--blocks", "1", *SHORT)
    assert done.returncode in (0, 4), done.stderr
    assert not lab.incoming()
    outcomes = {row[0] for row in lab.query("SELECT outcome FROM launch")}
    assert "running" not in outcomes and outcomes <= {"valid", "void", "abandoned"}
    assert lab.query("SELECT count(*) FROM launch WHERE outcome = 'abandoned' AND row IN"
                     " (SELECT launch FROM samples)") == [(0,)]
    assert lab.query("SELECT count(*) FROM run WHERE state = 'running'") == [(0,)]
    check_integrity(lab)


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_keeps_what_was_finished(lab, signal_number):
    process = lab.start("run", "null", "--blocks", "50", *SHORT)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        line = process.stderr.readline()
        if "[2/" in line:
            break
    time.sleep(0.7)
    process.send_signal(signal_number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert not lab.wait_until_nothing_is_left(10)
    assert "null" in output, "the finished launches are shown"
    finished = lab.query("SELECT count(*) FROM launch WHERE outcome IN ('valid', 'void')")[0][0]
    assert finished >= 2
    assert lab.query("SELECT state FROM run") == [("interrupted",)]
    assert lab.query("SELECT count(*) FROM launch WHERE outcome = 'running'") == [(0,)]
    assert not lab.incoming()


def test_an_interrupt_while_waiting_for_the_lock(lab):
    holder = lab.start("run", "null", "--blocks", "20", *SHORT)
    holder.stderr.readline()
    done = lab.run("run", "null", "--blocks", "1")
    assert done.returncode == 3
    assert str(holder.pid) in one_sentence(done), "the holder is named"
    waiting = lab.start("run", "null", "--blocks", "1", "--wait")
    time.sleep(0.5)
    assert waiting.poll() is None
    interrupt(waiting)
    assert waiting.wait(10) in (130, -signal.SIGINT)
    interrupt(holder)
    assert holder.wait(30) == 130
    holder.communicate()
    waiting.communicate()


def test_waiting_for_the_lock_works(lab):
    holder = lab.start("run", "null", "--blocks", "2", *SHORT)
    holder.stderr.readline()
    waited = lab.run("run", "null", "--blocks", "1", "--wait", *SHORT)
    assert waited.returncode in (0, 4), waited.stderr
    holder.communicate(timeout=60)
    assert holder.returncode in (0, 4)
