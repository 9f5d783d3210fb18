"""The probes whose claims rest on what is captured, end to end in short form: every claim has its evidence, and what the
toolchains' or the browser's sources decide comes out so."""
import json

import pytest

from support import SOURCE, Lab

# So short that the times mean nothing; they are not looked at here.
SHORT = {
    "fragmentation": [],
    "pauses": ["--param", "collections=5", "--param", "share_ms=300", "--param", "bursts=1", "--param", "jank_times=4"],
    "promise": ["--param", "depth=8", "--param", "marks=10"],
}


@pytest.fixture(scope="module")
def labs(tmp_path_factory):
    made = {}
    for probe, parameters in SHORT.items():
        lab = made[probe] = Lab(tmp_path_factory.mktemp(probe))
        lab.done = lab.run("run", probe, "--blocks", "1", "--json", "--wait", *parameters, deadline_s=400)
    yield made
    for lab in made.values():
        lab.close()


def reports(lab, arm):
    """Of launches that other load made void, too: what was found is there."""
    rows = lab.query("SELECT outcome, reason, report FROM launch WHERE arm = ?", arm)
    assert rows and all(outcome in ("valid", "void") for outcome, _, _ in rows), (arm, rows)
    return [json.loads(report) for _, _, report in rows]


def published_claims(probe):
    return json.loads((SOURCE / "probes" / probe / "probe.json").read_text())["claims"]


@pytest.mark.parametrize("probe", SHORT)
def test_every_claim_has_its_evidence(labs, probe):
    for claim in published_claims(probe):
        for arm in filter(None, (claim["arm"], claim.get("against"))):
            for report in reports(labs[probe], arm):
                if "metric" in claim:
                    assert isinstance(report["metrics"][claim["metric"]], (int, float)), claim
                else:
                    assert isinstance(report["observations"][claim["observation"]], bool), claim


@pytest.mark.parametrize("probe", SHORT)
def test_every_claim_gets_a_verdict(labs, probe):
    claims = json.loads(labs[probe].done.stdout)["claims"]
    assert {claim["id"] for claim in claims} == {claim["id"] for claim in published_claims(probe)}


def seen(labs, probe, arm, observation):
    return {report["observations"][observation] for report in reports(labs[probe], arm)}


def test_a_snapshot_says_nothing_of_fragmentation(labs):
    for arm in ("gc/main/mixed", "tinygo/main/small"):
        for observation in ("script_gives_a_number", "snapshot_has_free_nodes", "snapshot_sees_guest_heap"):
            assert seen(labs, "fragmentation", arm, observation) == {False}
    assert seen(labs, "fragmentation", "gc/main/small", "finalizers_run") == {True}
    assert seen(labs, "fragmentation", "tinygo/main/small", "finalizers_run") == {False}


def test_tinygos_blocks_are_the_same_in_every_launch(labs):
    lab = labs["fragmentation"]
    lab.run("run", "fragmentation", "--arms", "tinygo/main/small", "--blocks", "2", "--wait")
    def blocks(report):
        return [{name: value for name, value in report[kind].items() if name != "lifetime_ms"} for kind in ("metrics", "series")]
    values = {json.dumps(blocks(report)) for report in reports(lab, "tinygo/main/small")}
    assert len(values) == 1 and len(reports(lab, "tinygo/main/small")) >= 3


def test_a_collection_on_the_page_stops_its_frames(labs):
    """Whether the compositor's, or those beside a worker's, go on is a matter of processors, too: that is measured."""
    for arm in ("js/main/frames", "gc/main/frames", "tinygo/main/frames"):
        assert seen(labs, "pauses", arm, "page_frames_stop") == {True}
    assert seen(labs, "pauses", "js/worker/frames", "only_own_heap_collected") == {True}


@pytest.mark.parametrize("arm, function", [("gc/main/frames", "runtime.gcDrain"), ("gc/worker/frames", "runtime.gcDrain"),
                                           ("tinygo/main/frames", "runtime.runGC"), ("tinygo/worker/frames", "runtime.runGC"),
                                           ("js/main/frames", "(garbage collector)"), ("js/worker/frames", "(garbage collector)")])
def test_flame_graphs_of_both_threads_are_exported(labs, tmp_path, arm, function):
    [(number,), *_] = labs["pauses"].query("SELECT number FROM launch WHERE arm = ? ORDER BY number", arm)
    document = labs["pauses"].json("export", f"last:{number}", "--as", "cpuprofile", "-o", tmp_path)
    with open(document["cpuprofiles"][0]["path"], encoding="utf-8") as file:
        profile = json.load(file)
    names = {node["callFrame"]["functionName"] for node in profile["nodes"]}
    assert any(name.startswith(function) for name in names), sorted(names)


def test_promises_reach_go_by_its_own_callbacks_alone(labs):
    for guest in ("gc", "tinygo"):
        assert seen(labs, "promise", f"{guest}/main/chain", "resolve_reaches_go") == {False}
        assert seen(labs, "promise", f"{guest}/worker/chain", "callback_schedules") == {True}
        for thread in ("main", "worker"):
            assert seen(labs, "promise", f"{guest}/{thread}/chain", "details_in_trace") == {True}


def test_gos_own_trace_lies_beside_the_browsers(labs):
    for thread in ("main", "worker"):
        assert seen(labs, "promise", f"scheduler/{thread}/scheduler", "scheduler_trace_aligns") == {True}
        assert seen(labs, "promise", f"scheduler/{thread}/scheduler", "browser_trace_has_scheduler") == {False}


def test_what_does_not_exist_does_not_compile(labs):
    assert seen(labs, "promise", "published/main/build", "builds") == {False}
    assert seen(labs, "promise", "tinytrace/main/build", "builds") == {False}
    [report, *_] = reports(labs["promise"], "published/main/build")
    assert "undefined: runtime.GoroutineID" in report["facts"]["compiler"] and "trace.Log" in report["facts"]["compiler"]
