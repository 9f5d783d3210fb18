"""A process of the browser, or our supervisor, is killed or stopped in the middle of a window: which one it was is
told apart, and the run goes on."""
import signal
import time

import pytest

from faults import (FAULTY, KILLED, SOUND, WINDOW_S, FaultyRun, check_deadline, check_others, check_stopped,
                    check_verdict, strike)


def hit_in_the_window(lab, part, number=signal.SIGKILL):
    run = FaultyRun(lab, FAULTY, "--arms", SOUND, "--blocks", "2")
    run.reach("measuring")
    time.sleep(WINDOW_S / 2)
    blow = strike(lab, part, number)
    status, stored = run.finish()
    check_others(blow, stored)
    assert status == (0 if any(launch.outcome == "valid" for launch in stored) else 4), (status, stored)
    return blow, stored[blow.launch - 1]


@pytest.mark.parametrize("part", KILLED)
def test_killed_in_the_window(lab, part):
    blow, launch = hit_in_the_window(lab, part)
    check_verdict(blow, launch)
    assert launch.death == KILLED[part][0] and launch.reason.startswith(f"{launch.death} while measuring: ")


# A renderer is the first process of its pid namespace: the kernel drops a SIGSEGV that is sent from outside.
def test_crashed_in_the_window(lab):
    _, launch = hit_in_the_window(lab, "browser", signal.SIGSEGV)
    assert (launch.outcome, launch.death) == ("failed", "browser-crashed"), launch
    assert launch.reason == ("browser-crashed while measuring: the browser was ended by signal 11 "
                             "(Segmentation fault)"), launch


# Nothing answers any more: the deadline ends it.
@pytest.mark.parametrize("part", ["renderer", "browser"])
def test_stopped_in_the_window(lab, part):
    blow, launch = hit_in_the_window(lab, part, signal.SIGSTOP)
    check_stopped(blow, launch, "measuring")
    check_deadline(launch, "measuring")


# The page goes on: the census after the window tells.
def test_stopped_in_the_window_and_not_missed(lab):
    blow, launch = hit_in_the_window(lab, "GPU process", signal.SIGSTOP)
    check_stopped(blow, launch, "measuring")
