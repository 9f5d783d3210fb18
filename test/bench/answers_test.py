"""The suite "traces": what its report concludes, and what ours is taken to say."""
import json

import pytest

import report_answers
from answers import Answers, said_by_ours

SUITE = "traces 10 MB"


def row(client, lap, **values):
    return {"suite": SUITE, "client": client, "lap": lap, "size_mb": 10, "file_mb": 10, "disk_ms": 100, "answer_ms": 200,
            "read_ms": 100, "disk_cpu_ms_per_mb": 8, "cpu_ms_per_mb": 16, "rss_mib": 200, **values}


def told(**ours):
    good = {"disk_ms": 10, "answer_ms": 20, "disk_cpu_ms_per_mb": 1, "cpu_ms_per_mb": 2, "rss_mib": 20, **ours}
    return [made for lap in range(3) for made in (row("wasmograph", lap, **good), row("puppeteer", lap),
                                                  row("chromedp", lap, disk_ms=80 if lap else 120))]


def verdicts(rows):
    return [line[3] for line in report_answers.aim_lines(rows, SUITE)]


def test_aims_are_met_by_a_good_client():
    assert verdicts(told()) == ["met"] * 5


@pytest.mark.parametrize("place,ours", enumerate([{"disk_ms": 21}, {"answer_ms": 41}, {"disk_cpu_ms_per_mb": 2.1},
                                                  {"cpu_ms_per_mb": 4.1}, {"rss_mib": 33}]))
def test_each_aim_can_be_missed(place, ours):
    assert [at for at, verdict in enumerate(verdicts(told(**ours))) if verdict != "met"] == [place]


def test_the_best_of_the_others_is_taken_lap_by_lap():
    assert report_answers.best_other(told(), SUITE, "disk_ms") == {0: 100, 1: 80, 2: 80}


def test_without_a_rival_there_is_no_verdict():
    text = report_answers.text([made for made in told() if made["client"] == "wasmograph"], ["it fell"], [SUITE])
    assert "failed: it fell" in text and text.count(" met") == 1


def test_our_file_counts_as_the_others_json():
    answers = Answers(None, None)
    measured = {"disk_cpu_ms": 20, "answer_cpu_ms": 40}
    answers.finish(SUITE, 0, {"wasmograph": {"file_mb": 3, **measured}, "puppeteer": {"file_mb": 10, **measured}})
    for made in answers.rows:
        assert [made[key] for key in ("size_mb", "disk_cpu_ms_per_mb", "cpu_ms_per_mb")] == pytest.approx([10, 2, 4])


def test_what_ours_says():
    kinds = {kind: {"count": count} for kind, count in {"minor": 3, "major": 1, "other": 9}.items()}
    said = {"events": 7, "messages": [{"latency": {"count": 2}}, {"latency": None}, {"latency": {"count": 3}}], "gc": [{"kinds": kinds}] * 2}
    assert said_by_ours(json.dumps(said)) == {"messages": 5, "events": 7, "collections": 8}
