"""Ten launches of each format, in turns: nothing that is counted, timed or said in arguments differs more between the formats
than among the launches of one."""
import pathlib
import sys

import pytest

from faults import MANY, tell_figure

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "trace"))

import formats  # noqa: E402

ROUNDS = 10


@pytest.mark.skipif(not MANY, reason="test/trace has two launches of each")
def test_both_formats_give_the_same(lab):
    found = formats.record(lab, ROUNDS)
    formats.check_facts(found)
    apart = formats.differences(found)
    compared = ", ".join(f"{len(formats.keys(found, what))} {what}" for what in ("counts", "times", "numbers", "words"))
    tell_figure(says=f"{ROUNDS} launches of each format: {len(apart)} of {compared} lie apart")
    assert not apart
