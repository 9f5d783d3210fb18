import sys
import pathlib

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support import Lab  # noqa: E402


@pytest.fixture
def lab(tmp_path):
    made = Lab(tmp_path)
    yield made
    left = made.wait_until_nothing_is_left()
    made.close()
    assert not left, f"left behind: {left}"


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A lab that holds one short run of the null probe, made once for the tests that only look."""
    made = Lab(tmp_path_factory.mktemp("measured"))
    done = made.run("run", "null", "--blocks", "2", "--param", "samples=100", "--param",
                    "warmup_ms=200", "--seed", "1", "--json")
    made.first = done
    yield made
    made.close()
