import json
import pathlib
import sys

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
    """A lab that holds one short run of the null probe with a valid launch in both of its blocks, made once
    for the tests that only look. Somebody else's load may void launches: then it is made again."""
    made = Lab(tmp_path_factory.mktemp("measured"))
    for _ in range(5):
        made.first = made.run("run", "null", "--blocks", "2", "--param", "samples=100", "--param",
                              "warmup_ms=200", "--trace", "off", "--seed", "1", "--json")
        if made.first.returncode == 0 and json.loads(made.first.stdout)["arms"][0]["launches"] == 2:
            break
        made.forget()
    else:
        pytest.fail(f"five runs in a row were voided by other load: {made.first.stderr}")
    yield made
    made.close()
