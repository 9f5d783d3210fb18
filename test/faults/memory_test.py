"""Memory that grows without end: a guest's linear memory, a JavaScript heap of the page or a worker, and what lies
beside the heaps, which only the kernel ends. Each has a limit here, so that the machine keeps the rest."""
import contextlib
import os
import pathlib
import shutil
import subprocess

import pytest

from faults import FAULTY, MANY, PROBES, SOUND, FaultyRun, check_arms, faulty_arm
from support import edit_json

NUMBERS = range(max(MANY, 1))
CGROUP_LIMIT_BYTES = 1 << 30


def patient_copy(probe, folder):
    """Filling a heap takes long on a busy machine, and the deadline must not end it first."""
    copy = shutil.copytree(probe, folder / probe.name)
    edit_json(copy / "probe.json", lambda p: p.update(deadline_s=60))
    return copy


@pytest.mark.parametrize("number", NUMBERS)
def test_a_heap_that_grows_without_end(lab, number):
    sentence = r"the renderer was ended by signal \d+ \(.+\): its JavaScript heap was full$"
    expected = {faulty_arm(fault): ("out-of-memory", sentence) for fault in ("page-heap", "worker-heap")}
    arms = [word for arm in [*expected, SOUND] for word in ("--arms", arm)]
    run = FaultyRun(lab, patient_copy(FAULTY, lab.folder), *arms, "--blocks", "1", "--seed", "3")
    _, stored = run.finish()
    check_arms(stored, expected)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_guest_that_grows_without_end(lab, number):
    probe = shutil.copytree(PROBES / "hungry", lab.folder / "hungry")
    guest = probe / "guests/hungry.wat"
    subprocess.run(["wat2wasm", guest, "-o", guest.with_suffix(".wasm")], check=True)
    run = FaultyRun(lab, probe, "--blocks", "1", "--seed", "3")
    _, stored = run.finish()
    # 32 steps of 16 MiB less what the module began with: the browser has nothing to do with it.
    check_arms(stored, {"hungry/worker/churn": (None, r"guest trapped in step 32: RuntimeError: unreachable; "
                                                r"its memory of 496\.0625 MiB cannot grow by 16 MiB$")})


@contextlib.contextmanager
def memory_cgroup(limit_bytes):
    """A group below ours, of either version; its folder."""
    for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "memory":
            parent, limit = pathlib.Path("/sys/fs/cgroup/memory" + path), "memory.limit_in_bytes"
            break
    else:
        parent, limit = pathlib.Path("/sys/fs/cgroup" + path), "memory.max"
    group = parent / f"wasmograph-faults-{os.getpid()}"
    group.mkdir()
    try:
        (group / limit).write_text(str(limit_bytes))
        yield group
    finally:
        group.rmdir()  # refused while a process is in it: so this is one more test that none is left


@pytest.mark.skipif(os.geteuid() != 0, reason="a memory limit of its own needs root")
@pytest.mark.parametrize("number", NUMBERS)
def test_memory_that_the_kernel_takes_back(lab, number):
    with memory_cgroup(CGROUP_LIMIT_BYTES) as group:
        run = FaultyRun(lab, patient_copy(FAULTY, lab.folder), "--arms", faulty_arm("buffers"), "--arms", SOUND,
                        "--blocks", "1", "--seed", "1",
                        preexec_fn=lambda: (group / "cgroup.procs").write_text("0"))
        _, stored = run.finish()
        assert not lab.wait_until_nothing_is_left(10)
    check_arms(stored, {faulty_arm("buffers"): (
        "out-of-memory", r"signal 9 \(Killed\), and the kernel counts [1-9]\d* out-of-memory kills since the start$")})
