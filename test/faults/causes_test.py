"""Every kind of plant that a probe can switch off: planted in each launch it is reproduced, and its cause is supported; a plant that is
absent the second time is reported as not reproduced."""
import pytest

from faults import MANY
from support import prove, reproduce_absent

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


@pytest.mark.parametrize("kind", ["js-page", "gc-worker", "late-page", "stop", "hogs"])
def test_a_plant_that_is_absent_is_not_reproduced(lab, kind):
    """One of each place that plants: page, worker, pacer, and from outside the page's process and the machine."""
    document = reproduce_absent(lab, kind, launches=10)
    same = document["arms"]["same"]
    assert same["reproduced"] == 0 and document["recurrences"] == [], (same, document["recurrences"])
    assert "probe.json (SHA-256)" in [difference["what"] for difference in document["differences"]]
    assert document["conditions"], "what the machine had to spare is told beside it"
