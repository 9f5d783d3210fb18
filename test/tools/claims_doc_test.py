"""docs/CLAIMS.md is what the probes say; together they decide every published claim, each in one probe."""
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAST = 67
CHAPTERS = {1: range(1, 21), 2: range(21, 39), 3: range(39, 54), 4: range(54, LAST + 1)}


def probes_of_claims():
    found = {}
    for path in (ROOT / "probes").glob("*/probe.json"):
        for claim in json.loads(path.read_text()).get("claims", []):
            found.setdefault(claim["id"], []).append((path.parent.name, claim))
    return found


def test_the_page_is_up_to_date():
    done = subprocess.run([ROOT / "tools/claims-doc", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_published_claim_is_decided_and_no_other():
    assert set(probes_of_claims()) == {f"C{i:02}" for i in range(1, LAST + 1)}


def test_each_claim_is_in_one_probe():
    for name, places in probes_of_claims().items():
        assert len({probe for probe, _ in places}) == 1, name


def test_each_claim_stands_in_its_chapter():
    for name, places in probes_of_claims().items():
        for _, claim in places:
            assert int(name[1:]) in CHAPTERS[int(claim["section"][0])], (name, claim["section"])


def test_readings_of_a_claim_can_be_told_apart():
    for name, places in probes_of_claims().items():
        assert len({claim.get("reading") for _, claim in places}) == len(places), name
        assert len({claim["says"] for _, claim in places}) == 1, name
