"""The suite "traces" in words. Pure."""
from ratios import Estimate, judge, paired
from report import OURS, Metric, column, show, suite_tables, table

METRICS = [Metric("size_mb", "size as JSON", "MB"), Metric("file_mb", "size of the file", "MB"),
           Metric("disk_ms", "window's end until the trace is on disk", "ms"),
           Metric("answer_ms", "window's end until the answer", "ms"),
           Metric("read_ms", "  of it: from disk to the answer", "ms"),
           Metric("disk_cpu_ms_per_mb", "client CPU per MB of JSON, until on disk", "ms/MB"),
           Metric("cpu_ms_per_mb", "client CPU per MB of JSON, with the answer", "ms/MB"),
           Metric("rss_mib", "peak RSS", "MiB")]
SOONER, CPU_SHARE, RSS_MIB = 5, 0.25, 32


def best_other(rows, suite, key):
    """lap → the least of the others."""
    best = {}
    for row in rows:
        if row["suite"] == suite and row["client"] != OURS:
            best[row["lap"]] = min(row[key], best.get(row["lap"], row[key]))
    return best


def aim_lines(rows, suite):
    for key, title in (("disk_ms", "on disk"), ("answer_ms", "the answer")):
        estimate = paired(best_other(rows, suite, key), column(rows, suite, OURS, key))
        yield [f"{suite}: {title}: times sooner than the best of the others", show(estimate), f"≥ {SOONER}",
               judge(estimate, SOONER, at_most=False)]
    for key, title in (("disk_cpu_ms_per_mb", "until on disk"), ("cpu_ms_per_mb", "with the answer")):
        estimate = paired(column(rows, suite, OURS, key), column(rows, suite, "puppeteer", key))
        yield [f"{suite}: client CPU ÷ puppeteer's, {title}", show(estimate), f"≤ {CPU_SHARE}",
               judge(estimate, CPU_SHARE, at_most=True)]
    peaks = [row["rss_mib"] for row in rows if row["suite"] == suite and row["client"] == OURS]
    largest = Estimate(len(peaks), max(peaks), None, None) if peaks else None
    yield [f"{suite}: peak RSS, MiB (the largest)", show(largest, 1), f"≤ {RSS_MIB}", judge(largest, RSS_MIB, at_most=True)]


def text(rows, failures, suites):
    parts = [suite_tables(rows, suite, f"Trace and answer, {suite}", METRICS) for suite in suites
             if any(row["suite"] == suite for row in rows)]
    lines = [line for suite in suites for line in aim_lines(rows, suite)]
    parts.append(table("Aims: traces [95 % interval]", ["", "measured", "limit", ""], lines))
    return "\n\n".join(parts + [f"failed: {failure}" for failure in failures])
