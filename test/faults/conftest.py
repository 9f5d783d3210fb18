import contextlib
import os
import pathlib
import pwd
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from faults import MANY  # noqa: E402
from support import Lab  # noqa: E402

# What takes minutes is for `make faults` alone.
collect_ignore = [] if MANY else ["causes_test.py", "moments_test.py", "soak_test.py"]

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
    assert litter() <= before, f"left by the browser: {litter() - before}"
