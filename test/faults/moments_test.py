"""Kills and stops in every state of a launch, and FAULTS_N times at a random moment of its life (seed: FAULTS_SEED).
Where the blow fell is read afterwards from the times that the program stored, and what was made of it is held
against what may rightly be made of it there."""
import random
import re
import signal
import time

import pytest

from faults import (BLUR_US, FAULTY, KILLED, MANY, MEASURED, SEED, SOUND, STATES, FaultyRun, check_deadline,
                    check_others, check_stopped, check_verdict, renderer_of, strike, tell_figure)

pytestmark = pytest.mark.skipif(not MANY, reason="every state and random moments are for make faults")

# About as long as a launch takes, so that a random moment falls into any of its states.
LIFE_S = 2.5


def hit(lab, part, state, moment_s=0.0, number=signal.SIGKILL, trace="off"):
    run = FaultyRun(lab, FAULTY, "--arms", SOUND, "--blocks", "3", trace=trace)
    run.reach(state)
    time.sleep(moment_s)
    blow = strike(lab, part, number)
    _, stored = run.finish()
    check_others(blow, stored)
    return blow, stored[blow.launch - 1]


def tell_verdict(test, blow, launch):
    took_s = check_verdict(blow, launch)
    tell_figure(test=test, part=blow.part, death=launch.death, took_s=took_s,
                state=launch.states_between(blow.mono_us, blow.mono_us)[0])


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("part", KILLED)
def test_killed_in_every_state(lab, part, state):
    tell_verdict("killed in every state", *hit(lab, part, state))


# Its start and its pull are in loading and collecting.
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("part", KILLED)
def test_killed_in_every_state_of_a_traced_launch(lab, part, state):
    tell_verdict("killed in every traced state", *hit(lab, part, state, trace="all"))


@pytest.mark.parametrize("state", ["preparing", "measuring", "collecting"])
def test_tracing_service_killed(lab, state):
    """Only the trace is lost, which says so; the launch needs none."""
    _, launch = hit(lab, "tracing service", state, trace="all")
    assert launch.outcome in MEASURED and launch.death is None, launch
    assert re.search("(Tracing|Read) failed", launch.environment["trace"]["failed"]), launch


def moment_of(*what):
    return random.Random(" ".join(map(str, (SEED, *what)))).uniform(0, LIFE_S)


@pytest.mark.parametrize("number", range(MANY))
@pytest.mark.parametrize("part", KILLED)
def test_killed_at_a_random_moment(lab, part, number):
    tell_verdict("killed at a random moment", *hit(lab, part, "launching", moment_of(part, number)))


@pytest.mark.parametrize("number", range(MANY))
def test_renderer_stopped_at_a_random_moment(lab, number):
    blow, launch = hit(lab, "renderer", "launching", moment_of("stop", number), signal.SIGSTOP)
    if launch.outcome in MEASURED:
        late = "closing" in launch.states_between(blow.mono_us, blow.mono_us + BLUR_US)
        assert late or renderer_of(launch) != blow.pid, launch  # about:blank's, which the page's had just replaced
        return
    state = launch.lost_in()
    check_stopped(blow, launch, state)
    check_deadline(launch, state)
    tell_figure(test="stopped at a random moment", part="renderer", death=launch.death, state=state,
                took_s=(dict(launch.transitions)["closing"] - blow.mono_us) / 1e6)
