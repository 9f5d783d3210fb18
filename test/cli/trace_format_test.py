"""Traces as they are recorded by default, in protobuf: as whole, as much explained, kept as they came, and exported as JSON that others read."""
import gzip
import json

import pytest

from support import SHORT, Lab

TRACED = [word for word in SHORT if word not in ("--trace", "off")]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    made = Lab(tmp_path_factory.mktemp("protobuf"))
    made.first = made.run("run", "ping", "--arms", "gc/worker/churn", "--arms", "gc/main/churn", "--blocks", "1", *TRACED,
                          "--param", "samples=200", "--trace", "all", "--json")
    assert made.first.returncode in (0, 4), made.first.stderr
    yield made
    made.close()


def facts_of(lab):
    return [json.loads(row[0])["trace"] for row in
            lab.query("SELECT environment FROM launch WHERE traced ORDER BY number")]


def stored(lab):
    rows = lab.query("SELECT l.number, a.path FROM artefact a JOIN launch l ON l.row = a.launch WHERE a.kind = 'trace' "
                     "ORDER BY l.number")
    return [(number, lab.results / path) for number, path in rows]


def test_a_whole_trace_of_each_launch(recorded):
    found = facts_of(recorded)
    assert len(found) >= 2  # somebody else's load may have voided some, which were made again
    for facts in found:
        assert facts["format"] == "protobuf" and not facts["lossy"], facts["lost"]
        assert facts["loss"] == {} and facts["messages"]["unpaired"] == 0
        for direction in ("to_target", "to_sender"):
            assert facts["messages"][direction]["sent"] == facts["messages"][direction]["traced"] > 200
        assert facts["main"]["name"] == "CrRendererMain" and facts["worker"]["name"] == "DedicatedWorker thread"
        assert facts["main"]["marks"] >= 4 <= facts["worker"]["marks"] and facts["guest_gcs"] > 0


def test_it_is_kept_as_it_came(recorded):
    found = stored(recorded)
    assert len(found) >= 2
    exported = recorded.json("export", "last", "--as", "perfetto", "-o", recorded.folder / "perfetto")
    for (number, path), trace in zip(found, exported["traces"]):
        assert path.name == "trace.pftrace.gz" and not list(path.parent.glob("trace.pftrace"))
        original = gzip.decompress(path.read_bytes())
        assert original[:1] == b"\n"
        with open(trace["path"], "rb") as copy:
            assert copy.read() == original
        assert trace["path"].endswith(".pftrace") and trace["bytes"] == len(original)


def test_it_is_exported_as_json(recorded):
    exported = recorded.json("export", "last", "--as", "trace", "-o", recorded.folder / "json")
    for trace, facts in zip(exported["traces"], facts_of(recorded)):
        with open(trace["path"], encoding="utf-8") as text:
            document = json.load(text)
        events = document["traceEvents"]
        assert trace["path"].endswith(".json")
        assert len(events) - sum(event["ph"] in "sf" for event in events) == facts["events"]
        assert [event["ts"] for event in events] == sorted(event["ts"] for event in events)
        assert {"TracingStartedInBrowser", "CommitLoad", "HandlePostMessage"} <= {event["name"] for event in events}
        assert document["metadata"]["clock-domain"] == "LINUX_CLOCK_MONOTONIC"
    one = recorded.run("export", f"last:{stored(recorded)[0][0]}", "--as", "trace")
    with open(exported["traces"][0]["path"], encoding="utf-8") as text:
        assert one.stdout == text.read()


def test_the_converted_trace_gives_the_same_explanation(recorded):
    """Of samples exported as CSV, with the trace as it came and as JSON."""
    number, path = stored(recorded)[0]
    folder = recorded.folder / "explained"
    folder.mkdir()
    samples, converted = folder / "samples.csv", folder / "trace.json"
    samples.write_text(recorded.run("export", f"last:{number}", "--as", "csv").stdout)
    converted.write_text(recorded.run("export", f"last:{number}", "--as", "trace").stdout)
    answers = [recorded.json("explain", "--trace", file, "--samples", samples) for file in (path, converted)]
    for answer in answers:
        answer["inputs"].pop("trace")  # counts its events: of JSON, flows are some
        for launch in answer["launches"]:
            launch["inputs"].pop("trace")
    assert answers[0] == answers[1]


def test_what_was_recorded_as_json_is_no_protobuf(lab):
    done = lab.run("run", "null", "--trace", "all", "--trace-format", "json", "--blocks", "1", *TRACED)
    assert done.returncode in (0, 4), done.stderr
    assert facts_of(lab)[0]["format"] == "json"
    refused = lab.run("export", "last", "--as", "perfetto", "-o", lab.folder / "no")
    assert refused.returncode == 2 and "--as trace" in refused.stderr
    assert not (lab.folder / "no").exists()
