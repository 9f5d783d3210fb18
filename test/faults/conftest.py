import contextlib
import os
import pathlib
import pwd
import sys
import time

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).resolve().parents[1] / "cli")]

from support import Lab  # noqa: E402

# Chromium's own names for what it puts there.
LITTER = [".org.chromium.*", "org.chromium.*", ".com.google.*", "scoped_dir*"]


# As root we run it as nobody, so that other people's browsers are not taken for ours.
BROWSER_UID = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()


def litter():
    found = set()
    for path in (path for folder in ("/tmp", "/dev/shm") for name in LITTER for path in pathlib.Path(folder).glob(name)):
        with contextlib.suppress(FileNotFoundError):
            if path.lstat().st_uid == BROWSER_UID:
                found.add(path)
    return found


def lasting_litter(before):
    """New litter that is there at every look: what a browser of another test has there for a moment is not."""
    lasting = litter() - before
    for _ in range(10):
        if lasting:
            time.sleep(0.1)
            lasting &= litter()
    return lasting


@pytest.fixture
def lab(tmp_path):
    """Its end is the test of what every fault must leave: no process, no scratch folder, nothing in /tmp."""
    before = litter()
    made = Lab(tmp_path)
    yield made
    left = made.wait_until_nothing_is_left(10)
    ours = [path for path in made.tmp.rglob("*") if not (path.parent == made.tmp and path.name.startswith("wasmograph-"))]
    made.close()
    assert not left, f"left behind: {left}"
    assert not ours, f"left in TMPDIR: {ours}"
    lasting = lasting_litter(before)
    assert not lasting, f"left by the browser: {lasting}"
