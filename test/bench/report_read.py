"""The suite "read" in words: how many times as fast as the others we read a trace, and in how much memory. Pure."""
from ratios import Estimate, judge, paired
from report import column, show, spread, table

# Ours, theirs, at least so many times as fast; both read the same file.
AIMS = [("trace", "simdjson skim", 1.5), ("explain", "simdjson skim", 1.5), ("trace", "simdjson members", 1.5),
        ("explain", "simdjson members", 1.5), ("trace", "node", 8), ("explain", "node", 8),
        ("trace small", "trace_engine small", 20), ("explain small", "trace_engine small", 20)]
RSS_MIB = 32


def ratio(rows, ours, theirs, key="s"):
    """Theirs ÷ ours."""
    return paired(column(rows, "read", theirs, key), column(rows, "read", ours, key))


def aim_lines(rows):
    for ours, theirs, limit in AIMS:
        estimate = ratio(rows, ours, theirs)
        yield [f"{ours.removesuffix(' small')}: times as fast as {theirs.removesuffix(' small')}", show(estimate), f"≥ {limit:g}",
               judge(estimate, limit, at_most=False)]
    for name in ("trace", "explain"):
        peaks = [row["rss_mb"] * 1e6 / 2 ** 20 for row in rows if row["client"] == name]
        estimate = Estimate(len(peaks), max(peaks), None, None) if peaks else None
        yield [f"{name}: peak RSS, MiB (the largest)", show(estimate, 1), f"≤ {RSS_MIB}", judge(estimate, RSS_MIB, at_most=True)]


def value_lines(rows):
    for name in sorted({row["client"] for row in rows}, key=lambda name: (name.endswith(" small"), name)):
        mine = [row for row in rows if row["client"] == name]
        yield [name, *(spread([row[key] for row in mine]) for key in ("s", "cpu_s", "rss_mb"))]


def head(facts):
    if "large" not in facts:
        return "Reading traces: not measured"
    large, small = facts["large"], facts["small"]
    return (f"Reading traces, a process each from exec to exit: {large['mb']:.0f} MB plain (a recording of "
            f"{large['recording_mb']:.0f} MB, {large['copies']} times over), {facts.get('events', 0):,} events; for trace_engine, "
            f"which is not tried on that, {small['mb']:.0f} MB (\"small\"). simdjson on demand "
            f"({facts.get('kernel', '?')}): \"skim\" finds the events and looks at no member, \"members\" takes those that we take.")


def text(read):
    rows, n = read["rows"], len({row["lap"] for row in read["rows"]})
    parts = [head(read["facts"])]
    if rows:
        parts.append(table(f"Aims, theirs ÷ ours [95 % interval], n = {n}", ["", "measured", "limit", ""], list(aim_lines(rows))))
        parts.append(table("Values: geometric mean (least–most)", ["", "s", "CPU s", "peak RSS, MB"], list(value_lines(rows))))
    parts += [f"failed: {failure}" for failure in read["failures"]]
    return "\n\n".join(parts)
