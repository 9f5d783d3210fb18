"""Traced launches as a person meets them: recorded, checked, listed, and in no number."""
import hashlib
import json

import pytest

from support import SHORT, Lab

TRACED = [word for word in SHORT if word not in ("--trace", "off")]


def launches(lab):
    return lab.query("SELECT number, block, traced, outcome FROM launch ORDER BY number")


def traces(lab):
    rows = lab.query("SELECT l.number, a.path, a.bytes, a.sha256, a.lossy FROM artefact a JOIN launch l ON l.row = a.launch "
                     "WHERE a.kind = 'trace' ORDER BY l.number")
    return [dict(zip(("launch", "path", "bytes", "sha256", "lossy"), row)) for row in rows]


def trace_facts(lab, launch):
    return json.loads(lab.query("SELECT environment FROM launch WHERE number = ?", launch)[0][0])["trace"]


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    """One block of two arms, and the traced block that follows by default."""
    made = Lab(tmp_path_factory.mktemp("explained"))
    made.first = made.run("run", "ping", "--arms", "gc/worker/churn", "--arms", "gc/main/churn", "--blocks", "1", *TRACED,
                          "--param", "samples=200", "--json")
    yield made
    made.close()


def test_one_more_block_is_traced_and_enters_no_number(explained):
    assert explained.first.returncode in (0, 4), explained.first.stderr
    rows = launches(explained)
    traced = [row for row in rows if row[2]]
    assert len(traced) == 2 and {row[1] for row in traced} == {2}, "the block after the last measured one, never rerun"
    document = json.loads(explained.first.stdout)
    untraced_valid = sum(1 for row in rows if not row[2] and row[3] == "valid")
    assert sum(arm["launches"] for arm in document["arms"]) <= untraced_valid
    assert sum(arm["traced"]["launches"] + arm["traced"]["not_valid"] for arm in document["arms"]) == 2
    for arm in document["arms"]:
        for metric in arm["metrics"].values():
            assert metric["n"] <= arm["launches"]


def test_traces_are_whole_hashed_and_listed(explained):
    listed = {a["path"]: a for a in json.loads(explained.first.stdout)["artefacts"] if a["kind"] == "trace"}
    found = traces(explained)
    assert len(found) == 2 and set(listed) == {trace["path"] for trace in found}
    for trace in found:
        data = (explained.results / trace["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == trace["sha256"] and len(data) == trace["bytes"]
        assert not trace["lossy"], trace_facts(explained, trace["launch"])
        assert not list((explained.results / trace["path"]).parent.glob("trace.pftrace")), "only the compressed one is kept"


def test_a_trace_holds_the_navigation_the_marks_and_every_message(explained):
    for trace in traces(explained):
        facts, document = trace_facts(explained, trace["launch"]), explained.trace(trace["launch"])
        events = document["traceEvents"]
        assert len(events) - sum(event["ph"] in "sf" for event in events) == facts["events"], "flows are for others"
        names = {event["name"] for event in events}
        assert {"TracingStartedInBrowser", "CommitLoad", "HandlePostMessage"} <= names, "DevTools needs the navigation"
        marks = [event for event in events if event["name"].startswith("align:") and event["ph"] in "IR"]
        assert {event["name"] for event in marks} == {"align:main", "align:worker"}
        assert facts["main"]["marks"] >= 4 <= facts["worker"]["marks"]
        for direction in ("to_target", "to_sender"):
            assert facts["messages"][direction]["sent"] == facts["messages"][direction]["traced"] > 200
        # Paired here anew, from the file, as the two thread ids say.
        thread = {(facts[role]["pid"], facts[role]["tid"]): role for role in ("main", "worker")}
        ends = {}
        for event in events:
            if event["name"] in ("SchedulePostMessage", "HandlePostMessage") and event["ph"] in "IX":
                ends.setdefault(event["args"]["data"]["traceId"], {})[event["name"]] = thread.get((event["pid"], event["tid"]))
        between = [e for e in ends.values() if len(e) == 2 and {*e.values()} == {"main", "worker"}]
        assert len(between) >= sum(facts["messages"][d]["traced"] for d in ("to_target", "to_sender"))


def test_the_guests_collections_are_in_the_trace(explained):
    for trace in traces(explained):
        facts = trace_facts(explained, trace["launch"])
        counted = explained.query("SELECT m.value FROM metric m JOIN launch l ON l.row = m.launch WHERE l.number = ? AND "
                                  "m.name = 'collections'", trace["launch"])
        # Collections of under half a millisecond have no measure of their own.
        assert counted and 0 < facts["guest_gcs"] <= counted[0][0]


def test_untraced_launches_have_no_trace_and_say_so_nowhere(explained):
    untraced = [row[0] for row in launches(explained) if not row[2]]
    for number in untraced:
        environment = json.loads(explained.query("SELECT environment FROM launch WHERE number = ?", number)[0][0])
        assert "trace" not in environment
        report = explained.query("SELECT report FROM launch WHERE number = ?", number)[0][0]
        assert "trace" not in json.loads(report)


def test_the_page_says_what_traced_launches_are_worth(explained):
    text = explained.run("show", "last").stdout
    assert "Traced launches (for their traces; in no number above)" in text
    assert "episodes in headline launches" in text or "episode in headline launches" in text


def test_all_traced_means_no_headline(lab):
    done = lab.run("run", "null", "--trace", "all", "--blocks", "1", *TRACED, "--json")
    assert done.returncode in (0, 4), done.stderr
    arm, = json.loads(done.stdout)["arms"]
    assert arm["launches"] == 0 and arm["metrics"] == {}
    assert all(row[2] for row in launches(lab))
    assert "every launch of this run was traced" in lab.run("show", "last").stdout


def test_a_small_buffer_gives_a_trace_marked_lossy_everywhere(lab):
    """Chromium's buffer of 64 KB cannot hold a launch: the tail is lost, and every place that lists the trace says so."""
    done = lab.run("run", "null", "--trace", "all", "--trace-buffer", "64", "--blocks", "1", *TRACED,
                   "--param", "samples=2000", "--param", "interval_ms=1", "--json")
    assert done.returncode in (0, 4), done.stderr
    trace = traces(lab)[0]
    facts = trace_facts(lab, trace["launch"])
    assert trace["lossy"] and facts["lossy"] and facts["data_loss"]
    assert facts["lost"], "what was lost is said"
    document = json.loads(done.stdout)
    assert [a["lossy"] for a in document["artefacts"] if a["kind"] == "trace"][0]
    assert "lossy" in lab.run("show", f"last:{trace['launch']}").stdout
    assert document["arms"][0]["traced"]["lossy"] >= 1
    assert "lossy trace" in lab.run("show", "last").stdout
    exported = lab.run("export", f"last:{trace['launch']}", "--as", "trace", "-o", lab.folder / "exported")
    assert exported.returncode == 0 and f"lossy: {facts['lost']}" in exported.stderr
    samples = lab.query("SELECT count FROM samples")
    assert samples and samples[0][0] >= 2000, "the page's samples stay valid"


def test_off_means_off(lab):
    done = lab.run("run", "null", "--trace", "off", "--blocks", "1", *TRACED)
    assert done.returncode in (0, 4), done.stderr
    assert not any(row[2] for row in launches(lab)) and not traces(lab)
    assert "Traced launches" not in done.stdout
