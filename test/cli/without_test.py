"""`reproduce --without`: what was planted in every launch comes back, and goes when its cause is switched off. One kind;
`make faults` does the same for all of them (test/faults/causes_test.py)."""
from support import prove


def test_a_recurring_plant_is_reproduced_and_its_cause_supported(lab):
    cause, document = prove(lab, "serialise-page", blocks=7, samples=320)
    same = document["arms"]["same"]
    assert document["reproduces"]["cause"] == cause == "serialise@main"
    assert same["reproduced"] >= 0.8 * same["launches"]
    assert document["support"]["verdict"] == "supported", document["support"]
    assert document["reproduces"]["without"]["how"] == "big messages are transferred (messages=transferred)"
