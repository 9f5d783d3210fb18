"""The bench's arithmetic against SciPy and by simulation, and that each aim points the right way."""
import math
import random

import pytest
from scipy import stats

import report
from ratios import Estimate, geometric, judge, paired


def test_geometric_agrees_with_scipy():
    values = [0.5, 0.61, 0.44, 0.52, 0.9]
    logs = [math.log(value) for value in values]
    low, high = stats.ttest_1samp(logs, 0).confidence_interval(0.95)
    estimate = geometric(values)
    assert estimate.n == 5
    assert estimate.value == pytest.approx(stats.gmean(values))
    assert (estimate.low, estimate.high) == pytest.approx((math.exp(low), math.exp(high)))


def test_few_values():
    assert geometric([]) is None
    alone = geometric([4.0])
    assert (alone.n, alone.value, alone.low, alone.high) == (1, pytest.approx(4.0), None, None)


def test_pairs_are_laps_that_both_have():
    ours = {"0.0": 10.0, "0.1": 40.0, "1.0": 7.0}
    theirs = {"0.1": 20.0, "0.0": 5.0, "2.0": 1.0}
    estimate = paired(ours, theirs)
    assert estimate.n == 2
    assert estimate.value == pytest.approx(2.0)
    assert (estimate.low, estimate.high) == pytest.approx((2.0, 2.0))
    assert paired(ours, {"9": 1.0}) is None


def test_drift_that_both_share_cancels():
    ours = {lap: 3.0 * 2 ** lap for lap in range(6)}
    theirs = {lap: 6.0 * 2 ** lap for lap in range(6)}
    estimate = paired(ours, theirs)
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((0.5, 0.5, 0.5))


def test_interval_covers_as_often_as_it_says():
    rng, inside = random.Random(4), 0
    for _ in range(4000):
        estimate = geometric([math.exp(rng.gauss(math.log(0.3), 0.2)) for _ in range(6)])
        inside += estimate.low <= 0.3 <= estimate.high
    assert 0.94 <= inside / 4000 <= 0.96


@pytest.mark.parametrize("values, limit, at_most, verdict", [
    ([0.28, 0.29, 0.30], 1 / 3, True, "met"),
    ([0.40, 0.41, 0.42], 1 / 3, True, "NOT MET"),
    ([0.10, 0.60], 1 / 3, True, "met, but the interval reaches past the limit"),
    ([2.60, 2.61, 2.62], 2.5, False, "met"),
    ([1.10, 1.11, 1.12], 2.5, False, "NOT MET"),
    ([1.00, 1.00], 1.0, True, "met"),
    ([3.00], 2.5, False, "met, one lap only"),
    ([], 1.0, True, "not measured"),
])
def test_verdicts(values, limit, at_most, verdict):
    assert judge(geometric(values), limit, at_most) == verdict


TRACES = ["trace 10 MB", "trace 120 MB"]


def measured(ours):
    """Rows in which the others' figures are all 100, and ours what is given."""
    rows = []
    for lap in range(3):
        for client in ["wasmograph", "puppeteer", "chromedp"]:
            def value(key, client=client):
                return ours.get(key, 100) if client == "wasmograph" else 100
            rows.append({"suite": "launch", "lap": lap, "client": client,
                         **{key: value(key) for key in ["launch_ms", "close_ms", "cpu_ms"]}})
            rows += [{"suite": suite, "lap": lap, "client": client, "data_loss": False,
                      **{metric.key: value(metric.key) for metric in report.TRACE}} for suite in TRACES]
    return rows


def verdicts(ours):
    return {text: judge(estimate, limit, at_most)
            for text, estimate, limit, at_most in report.aims(measured(ours), TRACES)}


def test_a_largest_value_has_no_interval():
    assert judge(Estimate(9, 31.0, None, None), 32, True) == "met"
    assert judge(Estimate(9, 33.0, None, None), 32, True) == "NOT MET"


def test_aims_are_met_by_a_client_that_is_good_and_by_no_other():
    good = verdicts({"launch_ms": 99, "cpu_ms": 33, "cpu_ms_per_mb": 33, "rss_mb": 20, "pull_mb_s": 251})
    assert len(good) == 11 and set(good.values()) == {"met"}
    bad = verdicts({"launch_ms": 101, "cpu_ms": 51, "cpu_ms_per_mb": 51, "rss_mb": 34, "pull_mb_s": 249})
    assert [text for text, verdict in bad.items() if verdict != "NOT MET"] == \
        ["peak RSS flat: 120 MB ÷ 10 MB at most 1.1"]


def test_no_memory_limit_is_met_by_growing():
    rows = measured({"rss_mb": 20})
    for row in rows:
        if row["suite"] == "trace 120 MB" and row["client"] == "wasmograph":
            row["rss_mb"] = 23
    flat = [aim for aim in report.aims(rows, TRACES) if "flat" in aim[0]][0]
    assert judge(*flat[1:]) == "NOT MET"


def test_the_whole_report():
    told = {"rows": measured({"cpu_ms": 25}), "failures": ["launch: it fell over"], "left": {"chromedp": [4, 0, 3]},
            "complaints": {"wasmograph": [], "chromedp": ["ERROR: no such event"], "chromedp events": []},
            "own_window": [{"window_s": 2.5, "voluntary_switches": 1, "cpu_us": 120}], "own_window_why_not": [],
            "versions": {"browser": "B", "wasmograph": "W", "puppeteer": "P", "playwright": "Y", "chromedp": "C"},
            "machine": {"cpu": "a CPU", "cpus": 2, "kernel": "6", "load_before": 0.1, "load_after": 1.0},
            "seed": 7, "blocks": 3, "laps": 1, "sandbox": True, "user": "nobody", "puppeteer_reads_loss": False}
    text = report.text(told, TRACES)
    row = next(line for line in text.splitlines() if "client CPU for both" in line)
    assert row.split("both")[1].split() == ["3", *["0.25", "[0.25,", "0.25]"] * 2]
    assert "seed 7" in text
    assert "failed: launch: it fell over" in text
    assert "chromedp 0 processes and 3 files or folders in 4 closes" in text
    assert "chromedp said 1 lines on stderr, the last: ERROR: no such event" in text
    assert "chromedp events cannot drive this browser" in text and "wasmograph cannot" not in text
    assert "drops it, its user cannot know" in text
    assert "wake-ups 1–1, CPU 120–120 µs" in text
