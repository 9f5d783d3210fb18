"""Every arm of probe ping, once: it measures, its guest works, its build is kept; and what is told of it."""
import hashlib
import json

import pytest

from support import SHORT, Lab


@pytest.fixture(scope="module")
def guests(tmp_path_factory):
    made = Lab(tmp_path_factory.mktemp("guests"))
    made.first = made.run("run", "ping", "--blocks", "1", *SHORT, "--param", "hash_period_ms=100", "--param",
                          "hash_bytes=1000000", "--trace", "off", "--json", deadline_s=900)
    yield made
    made.close()


def test_every_arm_of_ping_measures(guests):
    assert guests.first.returncode in (0, 4), guests.first.stderr
    document = json.loads(guests.first.stdout)
    names = {arm["arm"] for arm in document["arms"]}
    assert names >= {f"{guest}/{thread}/{load}" for guest in ("gc", "tinygo", "js") for thread in ("worker", "main")
                     for load in ("idle", "churn", "churn,responder=guest", "hash")}
    assert names >= {"none/main/idle", "gc/worker/churn,GOGC=off", "gc/main/churn,GOGC=off"}
    for arm in document["arms"]:
        assert arm["failed"] == 0 and arm["launches"] + arm["void"] >= 1, arm
    verdicts = {(claim["id"], claim["rule"]): claim["verdict"] for claim in document["claims"]}
    assert verdicts.pop(("C20", "unstated")) == "not-measurable"
    assert set(verdicts) == {("C19", "number"), ("C19", "exceeds"), ("C20", "exceeds")}
    assert set(verdicts.values()) == {"undecided"}, "one block decides nothing"


def test_guests_worked_and_the_collector_ran_where_it_should(guests):
    rows = guests.query("SELECT l.arm, m.name, m.value FROM launch l JOIN metric m ON m.launch = l.row")
    value = {(arm, name): v for arm, name, v in rows}
    for thread in ("worker", "main"):
        for guest in ("gc", "tinygo"):
            arm = f"{guest}/{thread}/churn"
            assert value[arm, "collections"] > 0
            assert 0 < value[arm, "gc_pause_ms"] <= value[arm, "gc_time_ms"]
        off = f"gc/{thread}/churn,GOGC=off"
        assert value[off, "collections"] == value[off, "gc_pause_ms"] == value[off, "gc_time_ms"] == 0
        for guest in ("gc", "tinygo", "js"):
            assert value[f"{guest}/{thread}/churn", "load_steps"] > 10
            assert value[f"{guest}/{thread}/churn,responder=guest", "load_steps"] > 10
            assert value[f"{guest}/{thread}/hash", "load_steps"] >= 1
            assert value[f"{guest}/{thread}/idle", "load_steps"] == 0


def test_show_says_which_thread_sent(guests):
    for arm, words in (("gc/main/idle", "sender: a worker; target: the page"),
                       ("gc/worker/idle", "sender: the page; target: the worker")):
        number, = guests.query("SELECT number FROM launch WHERE arm = ?", arm)[0]
        assert words in guests.run("show", f"last:{number}:0").stdout


def test_builds_are_kept_and_recorded(guests):
    rows = guests.query("SELECT id, record FROM build WHERE failed = 0")
    assert len(rows) == 3
    for identity, text in rows:
        record = json.loads(text)
        folder = guests.results / "builds" / identity
        outputs = [f for f in folder.iterdir() if f.name.startswith("guest.")]
        assert hashlib.sha256(outputs[0].read_bytes()).hexdigest() == identity
        assert record["bytes"]["raw"] == outputs[0].stat().st_size
        assert 0 < record["bytes"]["brotli"] <= record["bytes"]["gzip"] < record["bytes"]["raw"]
        assert record["exit_status"] == 0
        if record["toolchain"] == "gc":
            assert "build" in record["command"] and "go1.22" in json.dumps(record["versions"])
        if record["wasm"]:
            assert {"sections", "imports", "exports", "memories"} <= set(record["wasm"])


def test_the_same_seed_and_data_print_the_same_bytes(guests):
    assert guests.run("show", "last").stdout == guests.run("show", "last").stdout
    assert guests.run("show", "last", "--json").stdout == guests.run("show", "last", "--json").stdout
