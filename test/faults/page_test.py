"""Pages that do not come back, each in its own way: told apart by what the renderer's threads do."""
import pytest

from faults import FAULTY, MANY, SOUND, FaultyRun, check_arms, check_deadline, faulty_arm

EXPECTED = {
    faulty_arm("page-loops"): ("looping", r"the main thread of the renderer \(pid \d+\) ran at (9|10) of 10 looks$"),
    faulty_arm("worker-loops"): ("looping", r"a worker of the renderer \(pid \d+\) ran at (9|10) of 10 looks$"),
    faulty_arm("waits"): ("hung", r"the renderer \(pid \d+\) is waiting$"),
}


@pytest.mark.parametrize("number", range(max(MANY, 1)))
def test_a_page_that_never_comes_back(lab, number):
    arms = [word for arm in [*EXPECTED, SOUND] for word in ("--arms", arm)]
    run = FaultyRun(lab, FAULTY, *arms, "--blocks", "1", "--seed", "1")
    _, stored = run.finish()
    check_arms(stored, EXPECTED)
    for launch in stored:
        if launch.arm in EXPECTED:
            assert "the browser process answers, the page does not" in launch.reason
            check_deadline(launch, "measuring")
