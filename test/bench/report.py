"""The bench's tables and verdicts, from what it measured. Pure: one dictionary in, text out."""
import dataclasses

from ratios import Estimate, geometric, judge, paired

OURS = "wasmograph"


@dataclasses.dataclass(frozen=True)
class Metric:
    key: str
    title: str
    unit: str


LAUNCH = [Metric("launch_ms", "launch: until the page is loaded", "ms"),
          Metric("close_ms", "close: until every process is gone", "ms"),
          Metric("cpu_ms", "client CPU for both", "ms")]
FIRST = [Metric("launch_ms", "exec of the client until the page is loaded", "ms"),
         Metric("cpu_ms", "client CPU, its own start included", "ms")]
TRACE = [Metric("size_mb", "size of the trace", "MB"),
         Metric("beyond_ms", "time beyond the window, in all", "ms"),
         Metric("start_ms", "  of it: start tracing, reload", "ms"),
         Metric("stop_ms", "  of it: stop until tracingComplete", "ms"),
         Metric("stop_to_disk_ms", "  of it: stop until all is on disk", "ms"),
         Metric("pull_mb_s", "pull rate (more is better)", "MB/s"),
         Metric("cpu_ms_per_mb", "client CPU per MB of trace", "ms/MB"),
         Metric("rss_mb", "peak RSS of the client", "MB"),
         Metric("window_cpu_ms", "client CPU in the window", "ms"),
         Metric("window_wakes", "client wake-ups in the window", "")]


def column(rows, suite, client, key):
    """lap → value; a value that is 0 counts as the least that can be told."""
    return {row["lap"]: max(row[key], 1e-3) for row in rows
            if row["suite"] == suite and row["client"] == client and row.get(key) is not None}


def show(estimate, digits=2):
    if estimate is None:
        return "-"
    if estimate.low is None:
        return f"{estimate.value:.{digits}f}"
    return f"{estimate.value:.{digits}f} [{estimate.low:.{digits}f}, {estimate.high:.{digits}f}]"


def rounded(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values):
    """Geometric mean and range."""
    if not values:
        return "-"
    return f"{rounded(geometric(values).value)} ({rounded(min(values))}–{rounded(max(values))})"


def table(title, heads, lines):
    widths = [max(len(line[i]) for line in [heads, *lines]) for i in range(len(heads))]
    def form(cells):
        return "  " + "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                                for i, (cell, width) in enumerate(zip(cells, widths))).rstrip()
    return "\n".join([title, form(heads), *(form(line) for line in lines)])


def clients_of(rows, suite):
    """In the order of the rows' first lap by name, ours first."""
    names = sorted({row["client"] for row in rows if row["suite"] == suite})
    return ([OURS] if OURS in names else []) + [name for name in reversed(names) if name != OURS]


def suite_tables(rows, suite, title, metrics):
    names = clients_of(rows, suite)
    others = [name for name in names if name != OURS]
    ratios, values = [], []
    for metric in metrics:
        columns = {name: column(rows, suite, name, metric.key) for name in names}
        if OURS in names:
            estimates = [paired(columns[OURS], columns[name]) for name in others]
            laps = max((estimate.n for estimate in estimates if estimate), default=0)
            ratios.append([metric.title, str(laps), *(show(estimate) for estimate in estimates)])
        unit = f", {metric.unit}" if metric.unit else ""
        values.append([metric.title + unit, *(spread(list(columns[name].values())) for name in names)])
    parts = []
    if ratios:
        parts.append(table(f"{title}: ours ÷ theirs, geometric mean [95 % interval]",
                           ["", "n", *("÷ " + name for name in others)], ratios))
    parts.append(table(f"{title}: values, geometric mean (least–most)", ["", *names], values))
    return "\n\n".join(parts)


def aims(rows, traces):
    """(aim, estimate or None, limit, at most?)"""
    small, large = traces

    def ratio(suite, key, other):
        return paired(column(rows, suite, OURS, key), column(rows, suite, other, key))
    rss = [row["rss_mb"] * 1e6 / 2 ** 20 for row in rows if row["client"] == OURS and "rss_mb" in row]
    flat = paired(column(rows, large, OURS, "rss_mb"), column(rows, small, OURS, "rss_mb"))
    return [
        ("launch no slower than chromedp's", ratio("launch", "launch_ms", "chromedp"), 1, True),
        ("client CPU per launch at most 1/3 of puppeteer's", ratio("launch", "cpu_ms", "puppeteer"), 1 / 3, True),
        ("client CPU per launch at most 1/2 of chromedp's", ratio("launch", "cpu_ms", "chromedp"), 1 / 2, True),
        *((f"client CPU per MB at most {word} of {name}'s ({suite})", ratio(suite, "cpu_ms_per_mb", name), limit, True)
          for suite in traces for name, word, limit in [("puppeteer", "1/3", 1 / 3), ("chromedp", "1/2", 1 / 2)]),
        (f"peak RSS flat: {large[6:]} ÷ {small[6:]} at most 1.1", flat, 1.1, True),
        ("peak RSS under 32 MiB (the largest of all)", Estimate(len(rss), max(rss), None, None) if rss else None,
         32, True),
        *((f"pull at least 2.5 × puppeteer's ({suite})", ratio(suite, "pull_mb_s", "puppeteer"), 2.5, False)
          for suite in traces),
    ]


def aims_table(rows, traces):
    lines = [[text, show(estimate), f"{'≤' if at_most else '≥'} {limit:.2f}", judge(estimate, limit, at_most)]
             for text, estimate, limit, at_most in aims(rows, traces)]
    return table("Aims", ["", "measured", "limit", ""], lines)


def loss_notes(rows, puppeteer_reads_loss):
    flags = sum(1 for row in rows if row.get("data_loss"))
    usual = "looks at it" if puppeteer_reads_loss else "drops it, its user cannot know"
    return (f"dataLossOccurred: puppeteer's page.tracing.stop() {usual} (tuned: taken from the event by hand); "
            "chromedp hands out the event, and its user must look; wasmograph gives it with every trace. "
            f"Set in {flags} of {sum(1 for row in rows if row.get('data_loss') is not None)} traces that could tell.")


def left_notes(left):
    told = [f"{name} {processes} processes and {entries} files or folders in {closes} closes"
            for name, (closes, processes, entries) in sorted(left.items()) if processes or entries]
    return "Left behind after closing: " + ("; ".join(told) or "nothing, by nobody") + "."


def complaint_notes(complaints):
    """A client that an older API holds back says so here."""
    return [f"{name} said {len(lines)} lines on stderr, the last: {lines[-1]}" for name, lines in complaints.items()
            if lines]


def drive_notes(rows, complaints):
    """Who never drove this browser."""
    drove = {row["client"] for row in rows}
    return [f"{name} cannot drive this browser" for name in complaints if name not in drove]


def own_notes(rows, why_not):
    if not rows:
        return "wasmograph run: not measured: " + " ".join(why_not)
    wakes = [row["voluntary_switches"] for row in rows]
    cpu = [row["cpu_us"] for row in rows]
    return (f"wasmograph run, the command inside a window of {rows[0]['window_s']:.1f} s, as it stores it: "
            f"wake-ups {min(wakes)}–{max(wakes)}, CPU {min(cpu)}–{max(cpu)} µs (n = {len(rows)}).")


def text(told, traces):
    rows, versions, machine = told["rows"], told["versions"], told["machine"]
    head = [f"{versions['browser']}, {'sandboxed' if told['sandbox'] else 'no sandbox'}, as {told['user']}",
            f"wasmograph {versions['wasmograph']}; {versions['puppeteer']}; {versions['playwright']}; {versions['chromedp']}",
            f"{machine['cpu']}, {machine['cpus']} CPUs, Linux {machine['kernel']}, load {machine['load_before']:.1f} "
            f"before, {machine['load_after']:.1f} after; seed {told['seed']}, {told['blocks']} blocks"]
    parts = ["\n".join(head)]
    parts.append(suite_tables(rows, "launch", "Launch and close, client running already", LAUNCH))
    parts.append(suite_tables(rows, "first", "First launch and close of a client process", FIRST))
    for suite in traces:
        parts.append(suite_tables(rows, suite, f"Traced trial, {suite[6:]}", TRACE))
    parts.append(aims_table(rows, traces))
    notes = [own_notes(told["own_window"], told["own_window_why_not"]), left_notes(told["left"]),
             loss_notes(rows, told["puppeteer_reads_loss"])]
    notes += drive_notes(rows, told["complaints"]) + complaint_notes(told["complaints"])
    notes += [f"failed: {failure}" for failure in told["failures"]]
    return "\n\n".join([*parts, "\n".join(notes)])
