"""Every kind of plant that a probe can switch off: planted in each launch it is reproduced, and its cause is supported."""
import pytest

from faults import MANY
from support import prove

pytestmark = pytest.mark.skipif(not MANY, reason="an hour of reproductions is for make faults")

KINDS = ["js-page", "js-worker", "gc-page", "gc-worker", "layout", "compute-page", "compute-worker", "grow-page",
         "grow-worker", "serialise-page", "serialise-worker", "deserialise-page", "deserialise-worker", "flood-page",
         "flood-worker", "wait", "late-page", "stop", "hogs", "crowd"]
GUESTS = [("go-compute", "gc/worker/idle"), ("go-collect", "gc/worker/idle"), ("tinygo-collect", "tinygo/worker/idle")]


@pytest.mark.parametrize("kind,arm", [(kind, "none/worker/idle") for kind in KINDS] + GUESTS)
def test_a_recurring_plant_is_reproduced_and_its_cause_supported(lab, kind, arm):
    cause, document = prove(lab, kind, blocks=10, arms=(arm,))
    same = document["arms"]["same"]
    assert document["reproduces"]["cause"] == cause
    assert same["reproduced"] >= 0.8 * same["launches"], (same, document["others"])
    assert document["support"]["verdict"] == "supported", document["support"]
