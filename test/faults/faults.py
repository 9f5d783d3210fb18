"""What the fault tests share: hitting one process of a running launch, and reading afterwards, from what the program
stored, in which state of which launch the blow fell and what was made of it."""
import dataclasses
import json
import os
import pathlib
import re
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))

from support import SOURCE, read_until  # noqa: E402

PROBES = SOURCE / "test/faults/probes"
FAULTY = PROBES / "faulty"
SOUND = "none/worker/idle"

# How many random moments for each kind of blow. Unset: one of each kind, for `make check`.
MANY = int(os.environ.get("FAULTS_N", "0"))
SEED = os.environ.get("FAULTS_SEED", "1")

# Of the probe: 200 samples, one in 5 ms.
WINDOW_S = 1

# How long a state's command may take: orchestrator/run/launch.c with the probe's figures.
DEADLINES_S = {
    "launching": 30,
    "attaching": 30,
    "loading": 20,
    "preparing": 0.1 + 3,
    "measuring": 0.05 + WINDOW_S + 0.5 + 3,
    "collecting": 30,
}
# What a traced launch may take beside that: orchestrator/run/tracer.h.
TRACED_S = {"loading": 30, "collecting": 150}

# Then a second for the browser to say that it lives, half a second of looks, and what the machine is busy with.
OVERRUN_S = 3

STATES = ["launching", "attaching", "loading", "preparing", "measuring", "collecting"]
MEASURED = {"valid", "void", "saturated"}
BROWSER_STARTED = b"--remote-debugging-port="

PARTS = {
    "browser": lambda line: BROWSER_STARTED in line and b"--type=" not in line and b"\0supervise\0" not in line,
    "renderer": lambda line: b"--type=renderer" in line,
    "GPU process": lambda line: b"--type=gpu-process" in line,
    "network service": lambda line: b"network.mojom.NetworkService" in line,
    "supervisor": lambda line: b"\0supervise\0" in line,
    "tracing service": lambda line: b"tracing.mojom.TracingService" in line,
}


@dataclasses.dataclass
class Blow:
    """A signal that was sent: to which launch's process, and when (CLOCK_MONOTONIC, which the program stores too)."""
    part: str
    pid: int
    launch: int
    mono_us: int


@dataclasses.dataclass
class Launch:
    number: int
    arm: str
    traced: bool
    outcome: str
    reason: str
    death: str
    transitions: list  # [(state, mono_us)]
    environment: dict = dataclasses.field(repr=False)  # long

    def states_between(self, start_us, end_us):
        """Every state it was in for some of that time."""
        ends = [mono_us for _, mono_us in self.transitions[1:]] + [float("inf")]
        return [state for (state, begun), ended in zip(self.transitions, ends) if begun <= end_us and ended > start_us]

    def left_at(self, state):
        """When the state after this one was entered."""
        names = [name for name, _ in self.transitions]
        return self.transitions[names.index(state) + 1][1]

    def lost_in(self):
        """The state of a failed launch that went wrong: the one before closing and done."""
        return self.transitions[-3][0]

    def took_s(self, state):
        return (self.left_at(state) - dict(self.transitions)[state]) / 1e6


def launches(lab):
    rows = lab.query("SELECT number, arm, traced, outcome, reason, death, transitions, environment FROM launch"
                     " ORDER BY number")
    return [Launch(*told, [(t["state"], t["mono_us"]) for t in json.loads(transitions)], json.loads(environment))
            for *told, transitions, environment in rows]


def command_line(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def find_part(lab, part):
    """(pid, launch number) of a living process of this lab, or None. The launch's number ends the name of its
    scratch folder."""
    for pid, _ in lab.leftover_processes():
        line = command_line(pid)
        number = re.search(rb"/wasmograph-\d+/\d{6}-[0-9a-z]+-(\d+)\b", line)
        if number and PARTS[part](line):
            return pid, int(number.group(1))
    return None


def strike(lab, part, number=signal.SIGKILL, deadline_s=30):
    """Sends the signal to the part as soon as there is one."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        found = find_part(lab, part)
        if not found:
            time.sleep(0.005)
            continue
        try:
            descriptor = os.pidfd_open(found[0])
        except ProcessLookupError:
            continue
        try:
            if PARTS[part](command_line(found[0])):  # the number is still the process we looked at
                now_us = time.monotonic_ns() // 1000
                signal.pidfd_send_signal(descriptor, number)
                return Blow(part, *found, now_us)
        except ProcessLookupError:
            pass
        finally:
            os.close(descriptor)
    raise AssertionError(f"no {part} in {deadline_s} s")


class FaultyRun:
    """One `wasmograph run` on a terminal, where the progress names each state."""

    def __init__(self, lab, probe, *words, trace="off", **options):
        self.lab = lab
        self.process, self.terminal = lab.start_on_terminal("run", probe, "--trace", trace, *words, **options)
        self.text = ""

    def reach(self, state, deadline_s=120):
        self.text += read_until(self.terminal, [state], deadline_s)

    def finish(self, deadline_s=300):
        """Waits for the end; what was stored, after the checks that every run must pass."""
        end = time.monotonic() + deadline_s
        try:
            while True:
                assert time.monotonic() < end, f"no end in {deadline_s} s: {self.text!r}"
                chunk = os.read(self.terminal, 65536)
                if not chunk:
                    break
                self.text += chunk.decode(errors="replace")
        except OSError:
            pass  # how a terminal says that the other side has closed
        os.close(self.terminal)
        status = self.process.wait(30)
        check_log(self.text)
        check_logs(self.lab)
        assert self.lab.query("PRAGMA integrity_check") == [("ok",)]
        assert not self.lab.incoming()
        return status, launches(self.lab)


SANITIZER = re.compile(r"(Address|Leak|Memory|Thread|UndefinedBehavior)Sanitizer|runtime error: ")

# All that a run may say on stderr beside its error sentence, which the tests look at themselves.
EXPECTED_LINES = re.compile(
    r"\[\d+/\d+\] (block \d+/\d+( \(rerun\))?( \(traced\))?|traced block)  .*"
    r"|(built )?guest \S+ of probe \S+( \(\d+ bytes\))?"
    r"|launch \d+: its supervisor ended without saying that nothing is left; look into .*"
    r"|wasmograph: .*")


def check_log(text):
    """No sanitizer's report on stderr, and nothing unexpected."""
    assert not SANITIZER.search(text), text
    for line in re.split(r"[\r\n]+", text.replace("\x1b[K", "")):
        assert not line.strip() or EXPECTED_LINES.fullmatch(line), f"unexpected on stderr: {line!r}"


def check_logs(lab):
    """The browsers' logs hold what their supervisors said too."""
    for path in lab.results.glob("*/*/browser.log"):
        text = path.read_text(errors="replace")
        assert not SANITIZER.search(text), path
        assert "wasmograph: " not in text, path


# ---- what must have been made of a blow ----

KILLED = {
    "browser": ("browser-killed", r"the browser was ended by signal 9 \(Killed\)"),
    "renderer": ("renderer-killed", r"the renderer was ended by signal 9 \(Killed\)"),
    "GPU process": ("gpu-process-died", r"the GPU process \(pid {pid}\) died"),
    "network service": ("network-service-died", r"the network service \(pid {pid}\) died"),
    "supervisor": ("supervisor-killed", r"the browser's supervisor was ended from outside"),
}
# Chromium starts these anew. Before the window, while the browser comes up, that spoils nothing (but for the warning
# that is stored); nor after it.
REPLACED = {"GPU process", "network service"}

# From the signal to the program's knowing it, on a busy machine: within this time the launch may have passed into its
# next state, and either state's verdict is right.
BLUR_US = 200_000


def possible_verdicts(blow, launch, state):
    """What may rightly be stored of a launch that was hit in this state: deaths, None for a measured launch."""
    part, death = blow.part, KILLED[blow.part][0]
    if state in ("planned", "closing", "done"):
        return {None}
    if part in REPLACED:
        return {"launching": {None}, "attaching": {None}, "loading": {None, death}, "preparing": {death},
                "measuring": {death}, "collecting": {None, death}}[state]
    if part == "renderer" and state in ("launching", "attaching"):
        return {death, "renderer-died"}  # nobody was attached yet who could be told how
    if part == "renderer" and renderer_of(launch) not in (None, blow.pid):
        return {death, None}  # it was that of about:blank, which the page's has just replaced
    return {death}


def renderer_of(launch):
    browser = launch.environment.get("browser")
    return browser and browser["sandbox"]["renderer_pid"]


def check_verdict(blow, launch):
    """The launch that was hit says what hit it; or, where that could not matter, was measured. How long that took,
    in s, or None."""
    states = launch.states_between(blow.mono_us, blow.mono_us + BLUR_US)
    allowed = set().union(*(possible_verdicts(blow, launch, state) for state in states))
    where = f"{blow.part} hit in {states}: {launch}"
    assert launch.death in allowed, where
    if launch.death is None:
        assert launch.outcome in MEASURED, where
        if states == ["loading"] and blow.part in REPLACED:
            assert any(f"(pid {blow.pid}) died" in text for text in launch.environment["warnings"]), where
        return None
    assert launch.outcome == "failed", where
    assert launch.reason.startswith(f"{launch.death} while "), where
    if launch.death != "renderer-died":
        assert re.search(KILLED[blow.part][1].format(pid=blow.pid), launch.reason), where
    state = launch.lost_in()
    allowed_s = DEADLINES_S[state] + (TRACED_S.get(state, 0) if launch.traced else 0)
    assert launch.took_s(state) <= allowed_s + OVERRUN_S, where
    return (dict(launch.transitions)["closing"] - blow.mono_us) / 1e6


def check_stopped(blow, launch, state):
    name = "browser process" if blow.part == "browser" else blow.part
    assert (launch.outcome, launch.death) == ("failed", "stopped"), launch
    assert launch.reason.startswith(f"stopped while {state}: "), launch
    assert f"the {name} (pid {blow.pid}) is stopped by a signal" in launch.reason, launch


def check_others(blow, stored):
    """No other launch suffers, and one that comes after it is measured."""
    for launch in stored:
        if launch.number != blow.launch:
            assert launch.outcome in MEASURED, launch
    assert any(launch.number > blow.launch for launch in stored), stored


def check_deadline(launch, state):
    """By the program's own record: it waited for the whole deadline, and no longer than it takes to find out why."""
    assert DEADLINES_S[state] <= launch.took_s(state) <= DEADLINES_S[state] + OVERRUN_S, launch


def check_arms(stored, expected):
    """Every launch of a faulty arm ended as expected (arm: death, sentence), every other was measured; and the sound
    arm came last in the block, so that each fault was followed by a launch that it did not harm. (Its rerun, if other
    load voids it, has an order of its own.)"""
    for launch in stored:
        if launch.arm in expected:
            death, sentence = expected[launch.arm]
            assert (launch.outcome, launch.death) == ("failed", death), launch
            assert re.search(sentence, launch.reason, re.M), launch  # a page's call stack may follow
        else:
            assert launch.outcome in MEASURED, launch
    assert {launch.arm for launch in stored[:len(expected)]} == expected.keys(), "another seed is needed"


def faulty_arm(fault):
    return f"{SOUND},fault={fault}"


# ---- figures, for `make faults` ----

def figures_file():
    build = pathlib.Path(os.environ.get("WASMOGRAPH_BUILD", SOURCE / "build"))
    return build / "test" / "faults-figures.jsonl"


def tell_figure(**figure):
    if MANY:
        with figures_file().open("a") as file:
            file.write(json.dumps(figure) + "\n")
