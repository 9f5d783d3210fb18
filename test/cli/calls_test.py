"""Probes of kind calls: numbers, observations and raw values instead of samples; guests that do not build."""
import json

import pytest

from support import SOURCE, one_sentence

PROBE = SOURCE / "test/cli/probes/calls"


@pytest.fixture(scope="module")
def run_of_calls(tmp_path_factory):
    from support import Lab
    made = Lab(tmp_path_factory.mktemp("calls"))
    made.done = made.run("run", PROBE, "--blocks", "2", "--json", "--wait")
    yield made
    made.close()


def launches(lab, arm):
    rows = lab.query("SELECT outcome, reason, report FROM launch WHERE arm = ? ORDER BY number", arm)
    return [(outcome, reason, json.loads(report) if report else None) for outcome, reason, report in rows]


def test_what_the_page_found_is_stored(run_of_calls):
    """Void launches hold the same: other load does not change what was found."""
    for arm, answer, in_worker in (("js/main/call", 42, False), ("js/worker/call", 42, True), ("none/main/call", 7, False)):
        for outcome, _, report in launches(run_of_calls, arm):
            assert outcome in ("valid", "void")
            assert report["metrics"]["answer"] == answer
            assert report["observations"] == {"in_worker": in_worker}
            series, ran = report["series"]["call_us"], report["ran"]["calls"]
            assert series["n"] == ran["n"] == len(series["values"]) and ran["planned"] == 500
            assert report["environment"]["isolated_worker"] and report["environment"]["isolated_page"]


def test_metrics_are_stored_like_any(run_of_calls):
    values = run_of_calls.query("SELECT m.name, m.value, m.unit FROM metric m JOIN launch l ON l.row = m.launch"
                                " WHERE l.arm = 'js/main/call' AND m.name = 'answer'")
    assert values and set(values) == {("answer", 42.0, "count")}


def test_a_guest_that_does_not_build_is_an_observation(run_of_calls):
    for outcome, _, report in launches(run_of_calls, "broken/main/build"):
        assert outcome in ("valid", "void")
        assert report["observations"] == {"builds": False}
        assert "noSuchThing" in report["facts"]["stderr"]


def test_what_fails_is_a_result_with_a_reason(run_of_calls):
    for arm, words in (("none/worker/throw", "this part fails on purpose"),
                       ("none/worker/typo", 'the metric "anwser", which probe.json does not declare')):
        stored = launches(run_of_calls, arm)
        assert stored and all(outcome == "failed" and words in reason for outcome, reason, _ in stored)


def test_a_part_that_never_ends_is_ended(run_of_calls):
    for _, _, report in launches(run_of_calls, "none/worker/hang"):
        assert report["observations"] == {"ended": True}


def test_every_rule_has_its_verdict(run_of_calls):
    document = json.loads(run_of_calls.done.stdout)
    valid = {arm["arm"]: arm["launches"] for arm in document["arms"]}
    expected = {"X1": ("confirmed", "js/main/call", 2), "X2": ("refuted", "js/main/call", 2),
                "X3": ("confirmed", "js/main/call", 2), "X4": ("refuted", "broken/main/build", 1),
                "X5": ("confirmed", "js/worker/call", 1), "X6": ("not-measurable", "broken/main/build", 1)}
    claims = {claim["id"]: claim for claim in document["claims"]}
    assert set(claims) == set(expected)
    for name, (verdict, arm, least) in expected.items():
        enough = valid[arm] >= least and (name != "X3" or valid["js/worker/call"] >= least)
        assert claims[name]["verdict"] == verdict or not enough, claims[name]
    assert claims["X1"]["because"] == "guest.js returns it" or claims["X1"]["verdict"] != "confirmed"
    assert document["episodes"] == 0 and document["threshold_ms"] == 0


def test_it_has_no_samples_to_be_late_or_traced(lab):
    for words, says in ((("--threshold", "5"), "no samples that a threshold could part"),
                        (("--trace", "all"), "use --trace off")):
        done = lab.run("run", PROBE, *words)
        assert done.returncode == 2 and says in one_sentence(done)
