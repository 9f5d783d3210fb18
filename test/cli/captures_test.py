"""What a probe of calls captures of its launches: taken, given to the page, kept, exported; and what goes wrong."""
import gzip
import hashlib
import json

import pytest

from support import SOURCE, Lab, one_sentence

PROBE = SOURCE / "test/cli/probes/captures"


@pytest.fixture(scope="module")
def captured(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("captures"))
    lab.done = lab.run("run", PROBE, "--blocks", "1", "--json", "--wait", "--trace-format", "json")
    yield lab
    lab.close()


def launches(lab, arm):
    rows = lab.query("SELECT number, outcome, report, environment FROM launch WHERE arm = ? ORDER BY number", arm)
    assert rows and all(outcome in ("valid", "void") for _, outcome, _, _ in rows), rows
    return [(number, json.loads(report), json.loads(environment)) for number, _, report, environment in rows]


def artefacts(lab, number):
    rows = lab.query("SELECT a.kind, a.path, a.sha256 FROM artefact a JOIN launch l ON l.row = a.launch WHERE l.number = ?", number)
    return {kind: (lab.results / path, sha256) for kind, path, sha256 in rows}


def kept(lab, number, kind):
    path, sha256 = artefacts(lab, number)[kind]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    return gzip.decompress(path.read_bytes())


def functions(profile):
    return {node["callFrame"]["functionName"] for node in json.loads(profile)["nodes"]}


def test_the_page_reads_all_three(captured):
    for number, report, environment in launches(captured, "gc/main/all"):
        assert json.loads(report["facts"]["detail"]) == {"chain_depth": 7}
        assert "main.wasmographSpin" in report["facts"]["functions"]
        assert report["observations"] == {"in_worker": False, "planted": True}
        facts = environment["captures"]
        assert {kind: fact["failed"] for kind, fact in facts.items()} == dict.fromkeys(("trace", "cpuprofile", "heapsnapshot"))
        for kind, fact in facts.items():
            assert len(kept(captured, number, kind)) == fact["bytes"]
        assert "cc" in environment["trace"]["categories"] and environment["trace"]["lossy"] is False
        assert len(json.loads(kept(captured, number, "trace"))["traceEvents"]) == report["metrics"]["events"]
        assert json.loads(kept(captured, number, "heapsnapshot"))["snapshot"]["node_count"] == report["metrics"]["nodes"]


def test_the_guests_functions_have_their_names_on_either_thread(captured):
    for arm, name in (("gc/worker/profile", "main.wasmographSpin"), ("tinygo/main/profile", "main.onSpin"),
                      ("tinygo/worker/profile", "main.onSpin")):
        for number, report, _ in launches(captured, arm):
            profile = kept(captured, number, "cpuprofile")
            assert name in functions(profile), arm
            assert len(json.loads(profile)["samples"]) == report["metrics"]["profiled"]
            assert report["observations"]["in_worker"] == ("worker" in arm)


def test_other_arms_are_left_alone(captured):
    for number, _, environment in launches(captured, "gc/main/nothing"):
        assert "captures" not in environment and "trace" not in environment
        assert not {"trace", "cpuprofile", "heapsnapshot"} & set(artefacts(captured, number))


def test_what_is_not_captured_cannot_be_read(captured):
    rows = captured.query("SELECT outcome, reason FROM launch WHERE arm = 'gc/main/uncaptured'")
    assert rows and all(outcome == "failed" and "no trace is captured" in reason for outcome, reason in rows)


def test_what_could_not_be_captured_says_why(captured, tmp_path):
    for number, report, environment in launches(captured, "none/worker/missing"):
        assert report["observations"] == {"missed": True}
        assert environment["captures"]["cpuprofile"]["failed"] == "the page made no worker that could be profiled"
        done = captured.run("export", f"last:{number}", "--as", "cpuprofile", "-o", tmp_path)
        assert done.returncode == 2 and "the page made no worker" in one_sentence(done)


def test_nothing_else_is_left_in_the_folders(captured):
    names = {path.name for path in captured.results.glob("2*/*/*")}
    assert names == {"browser.log", "samples.wgup", "trace.json.gz", "thread.cpuprofile.gz", "page.heapsnapshot.gz"}


def test_they_are_exported_and_shown(captured, tmp_path):
    number = launches(captured, "gc/main/all")[0][0]
    for form, kind in (("trace", "trace"), ("cpuprofile", "cpuprofile"), ("heapsnapshot", "heapsnapshot")):
        document = captured.json("export", f"last:{number}", "--as", form, "-o", tmp_path)
        [file] = document[kind + "s"]
        with open(file["path"], "rb") as exported:
            assert exported.read() == kept(captured, number, kind)
        assert file["path"].endswith(".json" if form == "trace" else "." + form)
    shown = captured.run("show", f"last:{number}").stdout
    assert "heapsnapshot: " in shown and "cpuprofile: " in shown
    done = captured.run("export", f"last:{number}", "--as", "cpuprofile", "-o", tmp_path)
    assert done.returncode == 2 and "is not replaced" in one_sentence(done)


def test_what_was_not_captured_cannot_be_exported(captured, tmp_path):
    number = launches(captured, "gc/main/nothing")[0][0]
    done = captured.run("export", f"last:{number}", "--as", "heapsnapshot", "-o", tmp_path)
    assert done.returncode == 2 and "has no heapsnapshot there" in one_sentence(done)


def test_a_trace_in_protobuf_is_given_to_the_page_as_json(lab):
    done = lab.run("run", PROBE, "--arms", "gc/main/all", "--blocks", "1", "--wait")
    assert done.returncode in (0, 4), done.stderr
    for _, report, environment in launches(lab, "gc/main/all"):
        assert json.loads(report["facts"]["detail"]) == {"chain_depth": 7}
        assert environment["trace"]["format"] == "protobuf"
    names = {path.name for path in lab.results.glob("2*/*/trace*")}
    assert names == {"trace.pftrace.gz"}
