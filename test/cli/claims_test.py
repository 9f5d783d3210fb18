"""`wasmograph claims`: planted claims of every rule come out as they were planted, in a real browser; evidence is used
again; what is printed can be read and parsed."""
import html.parser
import json
import os
import re
import shutil

import pytest

from support import SOURCE, Lab, edit_json, one_sentence

PROBES = SOURCE / "test/cli/probes"
PLANTED = {
    "N1": "confirmed", "N2": "refuted", "N3": "undecided", "N4": "refuted", "N5": "confirmed", "N6": "refuted", "N7": "confirmed",
    "N8": "refuted", "N9": "confirmed", "N10": "undecided", "N11": "confirmed", "N12": "refuted", "R1": "confirmed", "R2": "refuted",
    "R3": "confirmed", "R4": "refuted", "E1": "confirmed", "E2": "refuted", "E3": "undecided", "M1": "confirmed", "M2": "refuted", "M3": "undecided", "U1": "not-measurable", "U2": "not-measurable",
    "U3": "undecided", "F1": "undecided", "D1": "confirmed", "S1": "confirmed",
    "T1": "confirmed", "T2": "refuted", "T3": "confirmed", "T4": "refuted", "T5": "confirmed", "T6": "refuted", "T7": "confirmed",
    "T8": "refuted", "T9": "confirmed",
}


class Claims(Lab):
    """A lab whose data root holds the planted claims alone."""

    def __init__(self, folder):
        super().__init__(folder)
        self.data = self.folder / "data"
        for name in ("rules", "scatter", "settled"):
            shutil.copytree(PROBES / name, self.data / "probes" / name)
        for name in ("web", "workers"):
            (self.data / name).symlink_to(SOURCE / name)
        shutil.copytree(SOURCE / "probes/toolchains", self.data / "probes/toolchains")

    def claims(self, *words):
        return self.run("claims", *words, "--data", self.data, "--wait")

    def sheet(self, *words):
        done = self.claims(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def runs(self):
        return self.query("SELECT id, state, json_extract(spec, '$.evidence.mode') FROM run ORDER BY id") if self.results.exists() else []


@pytest.fixture
def fresh(tmp_path):
    made = Claims(tmp_path)
    yield made
    left = made.wait_until_nothing_is_left()
    made.close()
    assert not left, f"left behind: {left}"


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    """Everything measured once, for the tests that only look."""
    made = Claims(tmp_path_factory.mktemp("claims"))
    made.page = made.folder / "claims.html"
    made.first = made.claims("--json", "-o", made.page)
    assert made.first.returncode == 0, made.first.stderr
    made.document = json.loads(made.first.stdout)
    made.by_id = {claim["id"]: claim for claim in made.document["claims"]}
    yield made
    made.close()


def test_planted_claims_of_every_rule_come_out_as_planted(decided):
    assert {name: claim["verdict"] for name, claim in decided.by_id.items()} == PLANTED


def test_the_order_is_by_chapter_and_number(decided):
    order = [claim["id"] for claim in decided.document["claims"]]
    assert order[:12] == [f"N{i}" for i in range(1, 13)] and order[-3:] == ["D1", "F1", "S1"]


def test_the_document_is_of_the_promised_shape(decided):
    document = decided.document
    assert document["schema"] == 1 and not document["provisional"]
    assert document["counts"] == {v: list(PLANTED.values()).count(v)
                                  for v in ("confirmed", "refuted", "undecided", "not-measurable")}
    for claim in document["claims"]:
        assert {"id", "section", "says", "verdict", "claimed", "measured", "observed", "readings", "reason", "evidence"} <= set(claim)
        assert claim["reason"] and claim["evidence"]["run"]
        for reading in [claim, *claim["readings"]]:
            assert (reading["evidence"]["metric"] is None) != (reading["evidence"]["observation"] is None)
            if reading["measured"]:
                assert {"value", "low", "high", "unit", "n"} <= set(reading["measured"])
            if reading["observed"]:
                assert 0 <= reading["observed"]["yes"] <= reading["observed"]["of"]


def test_what_is_measured_is_what_the_probe_reported(decided):
    number, total, ratio = (decided.by_id[name]["measured"] for name in ("N1", "N5", "R1"))
    assert number["n"] == 6 and 9.8 < number["low"] < number["value"] < number["high"] < 10.3
    assert total["unit"] == "s" and total["value"] == pytest.approx(number["value"] / 1000)
    assert total["extrapolated_total"] == pytest.approx(number["value"])
    assert ratio["unit"] == "ratio"
    assert ratio["low"] < 4 < ratio["high"]
    assert decided.by_id["N9"]["measured"] | {"unit": ""} == {"value": 10, "low": 10, "high": 10, "n": 6, "unit": ""}
    assert decided.by_id["M2"]["observed"] == {"yes": 0, "of": 6} and decided.by_id["M2"]["measured"] is None


def test_reasons_are_the_rule_s_and_then_the_expert_s(decided):
    assert decided.by_id["N1"]["reason"].endswith(": the probe says so")
    assert "this is never shown" not in decided.first.stdout
    assert decided.by_id["U2"]["reason"] == "there is no such API"
    assert "impossible, and was seen" in decided.by_id["U3"]["reason"]


def test_what_fails_is_stored_and_told(decided):
    failed = decided.by_id["F1"]
    assert failed["measured"] is None and "this arm fails on purpose" in failed["reason"]
    assert set(decided.query("SELECT DISTINCT outcome FROM launch WHERE arm = 'none/main/fail'")) == {("failed",)}


def test_a_second_reading_stands_beside_the_first(decided):
    assert decided.by_id["D1"]["reading"] == "when slow"
    assert [(r["reading"], r["verdict"]) for r in decided.by_id["D1"]["readings"]] == [("when fast", "refuted")]


def test_blocks_are_added_while_they_may_decide(decided):
    """Three could not decide, and the interval of seven is that of two looks."""
    blocks = dict(decided.query("SELECT r.probe, max(l.block) FROM run r JOIN launch l ON l.run = r.id GROUP BY r.probe"))
    assert blocks == {"rules": 6, "scatter": 7, "settled": 6}
    measured = decided.by_id["S1"]["measured"]
    assert measured["n"] == 7
    assert measured["high"] / measured["low"] == pytest.approx(1.2174526, abs=1e-6)  # t of 98.75 %, by SciPy


def test_what_is_the_same_in_every_launch_is_launched_twice(decided):
    launches = dict(decided.query("SELECT l.arm, count(*) FROM run r JOIN launch l ON l.run = r.id WHERE r.probe = 'settled' GROUP BY l.arm"))
    assert launches == {"none/main/small": 2, "none/main/large": 2, "none/main/timed": 6}
    size = decided.by_id["T1"]["measured"]
    assert (size["value"], size["low"], size["high"], size["n"]) == (10, 10, 10, 2)
    assert decided.by_id["T3"]["measured"]["n"] == 2 and decided.by_id["T7"]["observed"] == {"yes": 2, "of": 2}
    assert decided.by_id["T9"]["observed"] == {"yes": 6, "of": 6}


def test_blocks_that_are_asked_for_are_made_of_every_arm(fresh):
    fresh.sheet("T1", "T3", "--blocks", "3")
    assert dict(fresh.query("SELECT arm, count(*) FROM launch GROUP BY arm")) == {"none/main/small": 3, "none/main/large": 3}


def test_the_text_fits_and_counts(decided):
    done = decided.claims()
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert [line for line in done.stdout.splitlines() if line.startswith("Chapter")] == [f"Chapter {i}" for i in range(1, 6)]
    for name, verdict in PLANTED.items():
        assert re.search(rf"^{name} {verdict.upper().replace('-', ' ')} “", done.stdout, re.M)
    counts = decided.document["counts"]
    assert done.stdout.splitlines()[-1] == (
        f"{len(PLANTED)} claims: {counts['confirmed']} confirmed, {counts['refuted']} refuted, {counts['undecided']} undecided, "
        f"{counts['not-measurable']} not measurable")
    assert "extrapolated to" in done.stdout


def test_stored_evidence_gives_the_same_again(decided):
    runs = decided.runs()
    assert decided.sheet() == decided.document
    assert decided.sheet("R1")["claims"] == [decided.by_id["R1"]]  # fewer arms: the run holds them
    assert decided.runs() == runs


def test_some_claims_or_a_chapter(decided):
    assert [c["id"] for c in decided.sheet("N2", "M1")["claims"]] == ["N2", "M1"]
    assert [c["id"] for c in decided.sheet("--chapter", "3")["claims"]] == ["M1", "M2", "M3", "U1", "U2", "U3"]


class Page(html.parser.HTMLParser):
    """What of a page the tests ask: ids, links, texts, plots, and whether every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.addresses, self.text, self.plots = [], set(), set(), "", {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in ("meta", "br"):
            self.open.append((tag, attributes.get("id")))
        self.ids.add(attributes.get("id"))
        self.addresses |= {value for name, value in attributes.items() if name in ("href", "src", "action", "data")}
        if tag == "svg":
            article = [name for kind, name in self.open if kind == "article"][-1]
            self.plots.setdefault(article, []).append(attributes["class"])

    def handle_startendtag(self, tag, attributes):
        """An SVG's element that is empty."""

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_is_whole_and_asks_for_nothing(decided):
    text = decided.page.read_text()
    page = Page(text)
    assert not page.open and set(PLANTED) <= page.ids
    assert all(address[0] == "#" and address[1:] in page.ids for address in page.addresses)
    assert not re.search(r"https?:|//|url\(|@import|fetch|import\(", text)
    assert 'it is there & <always> "so"' in page.text and "<always>" not in text
    assert not re.search(r"\bnan\b|\binf\b", re.sub(r"<style>.*?</style>|<script>.*?</script>", "", text, flags=re.S))


def test_each_claim_that_was_measured_has_its_plot(decided):
    plots = Page(decided.page.read_text()).plots
    for name, claim in decided.by_id.items():
        kinds = ["boxes" if r["observed"] else "plot" for r in [claim, *claim["readings"]] if r["observed"] or r["measured"]]
        assert plots.get(name, []) == kinds, name


def test_evidence_is_made_again_when_it_is_asked_for(fresh):
    first = fresh.sheet("S1")["claims"][0]["evidence"]["run"]
    assert fresh.sheet("S1")["claims"][0]["evidence"]["run"] == first
    again = fresh.sheet("S1", "--again")["claims"][0]["evidence"]["run"]
    assert again != first and fresh.sheet("S1")["claims"][0]["evidence"]["run"] == again


def test_evidence_of_another_probe_or_effort_does_not_count(fresh):
    fresh.sheet("S1", "--blocks", "2")
    assert len(fresh.runs()) == 1
    fresh.sheet("S1", "--blocks", "4")
    assert len(fresh.runs()) == 2
    quick = fresh.sheet("S1", "--quick")
    assert len(fresh.runs()) == 3 and quick["provisional"]
    assert quick["claims"][0]["measured"]["value"] == pytest.approx(2 * (8.5 * 11.5) ** 0.5)
    full = fresh.sheet("S1", "--full")
    assert len(fresh.runs()) == 4 and full["claims"][0]["verdict"] == "refuted"
    assert "provisional (quick)" in fresh.claims("S1", "--quick").stdout
    assert len(fresh.runs()) == 4
    with (fresh.data / "probes/scatter/probe.js").open("a") as script:
        script.write("\n")
    fresh.sheet("S1", "--quick")
    assert len(fresh.runs()) == 5


def test_evidence_from_other_processors_does_not_count(fresh):
    fresh.sheet("S1", "--blocks", "2")
    for _ in range(2):
        fresh.sheet("S1", "--blocks", "2", "--cpus", f"browser={min(os.sched_getaffinity(0))}")
        assert len(fresh.runs()) == 2
    fresh.sheet("S1", "--blocks", "2")
    assert len(fresh.runs()) == 2


def test_blocks_that_were_planned_and_not_made_are_no_evidence(fresh):
    """The run stops at its first look when that decides, though up to seven were planned."""
    edit_json(fresh.data / "probes/scatter/probe.json", lambda probe: probe["claims"][0].update(value=1000))
    assert fresh.sheet("S1")["claims"][0]["measured"]["n"] == 3
    assert fresh.sheet("S1", "--blocks", "5")["claims"][0]["measured"]["n"] == 5


def test_an_interrupted_call_goes_on_where_it_was(fresh):
    process = fresh.start("claims", "--data", fresh.data, "--quick", "--json")
    seen = ""
    for line in process.stderr:
        seen += line
        if "probe 2 of 3, scatter" in line:
            process.send_signal(2)
            break
    rest, told = process.communicate(timeout=120)
    assert process.returncode == 130, seen + told
    partly = {claim["id"]: claim for claim in json.loads(rest)["claims"]}
    assert re.search(r"^\[\d+/\d+\].* (about \d+ min|less than a minute) left$", seen, re.M)
    assert partly["N1"]["verdict"] == "confirmed" and partly["N2"]["verdict"] == "refuted"
    assert partly["S1"]["verdict"] == "undecided" and partly["S1"]["measured"] is None
    whole = {claim["id"]: claim for claim in fresh.sheet("--quick")["claims"]}
    assert whole["N1"] == partly["N1"] and whole["S1"]["measured"]["n"] == 2


def test_a_run_that_was_interrupted_is_gone_on_with(fresh):
    """By a signal, then by the end of the process: no launch that was finished is made again, and the verdict is of all."""
    words = ("claims", "S1", "--data", fresh.data, "--blocks", "7", "--json")
    for end, after in ((2, "[2/7]"), (9, "[4/")):
        process = fresh.start(*words)
        for line in process.stderr:
            if line.startswith(after):
                process.send_signal(end)
                break
        process.communicate(timeout=120)
        assert process.returncode in (130, -9)
        fresh.wait_until_nothing_is_left()
    finished = fresh.query("SELECT number, arm, finished FROM launch WHERE outcome = 'valid' ORDER BY number")
    assert len(finished) >= 3
    # Killed between the folder and the row of the next launch, which is a matter of luck, so that it is made here.
    [(run, number)] = fresh.query("SELECT run, max(number) FROM launch")
    stray = fresh.results / ".incoming" / f"{run}-{number + 1}"
    stray.mkdir(parents=True, exist_ok=True)
    (stray / "browser.log").write_text("of a process that is gone")
    done = fresh.claims("S1", "--blocks", "7", "--json")
    assert "going on with" in done.stderr and json.loads(done.stdout)["claims"][0]["measured"]["n"] == 7
    [run] = fresh.runs()
    assert run[1] == "done"
    launches = fresh.query("SELECT number, arm, finished FROM launch WHERE outcome = 'valid' ORDER BY number")
    assert launches[:len(finished)] == finished and len(launches) == 7
    (fresh.data / "probes/scatter/probe.js").open("a").write("\n")
    assert "going on with" not in fresh.claims("S1", "--blocks", "7").stderr


def test_wrong_usage_is_told(fresh):
    for words, says in ((("N1", "C99"), 'no probe decides a claim "C99"'), (("--chapter", "7"), "no probe decides a claim of chapter 7"),
                        (("--quick", "--full"), "one of the two"), (("--blocks", "0"), "--blocks")):
        done = fresh.claims(*words)
        assert done.returncode == 2 and says in one_sentence(done)
    assert not fresh.runs()


def test_a_claim_in_two_probes_is_wrong(fresh):
    shutil.copytree(fresh.data / "probes/scatter", fresh.data / "probes/twin")
    done = fresh.claims("S1")
    assert done.returncode == 2 and "claim S1 is in two probes, scatter and twin" in one_sentence(done)
