#!/usr/bin/python3
"""`make bench`: wasmograph, puppeteer-core, Playwright and chromedp side by side, in one run.

    bench.py BUILD

One browser program, one set of flags, one user, one page; clients take turns in an order drawn from the seed. It
prints ratios, and tells whether the aims are met; it fails only if it cannot measure.

Environment: BENCH_N blocks (6); BENCH_QUICK=1: 2 small blocks, a look in about a minute; BENCH_SEED; BENCH_BROWSER the
browser's path; BENCH_ONLY=read: how fast traces are read (read.py), and nothing else; BENCH_ONLY=traces: how soon
they and answers are there (answers.py), and nothing else. Everything measured is left in
BUILD/bench/last.json."""
import fcntl
import json
import os
import pathlib
import platform
import random
import re
import subprocess
import sys
import time

import report
import report_answers
import report_read
from answers import Answers
from lab import Lab
from read import Reading
from suites import Bench, own_window

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAPS = 4  # launches of each client in a block, after its first: half of them timed, half costed
# Name, window in ms, messages in it: a message makes about 4.7 kB of trace.
SMALL = ("10 MB", 1000, 1650)
LARGE = ("120 MB", 5000, 25000)
QUICK_LARGE = ("30 MB", 2000, 5900)


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def take_measuring_lock():
    """wasmograph's own: nobody measures while we do."""
    path = os.environ.get("WASMOGRAPH_LOCK", "/run/lock/wasmograph.lock")
    lock = open(path, "a+", opener=lambda name, flags: os.open(name, flags, 0o666))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(f"waiting for {path}: another measurement is under way")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def output_of(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def versions(installed, facts):
    puppeteer = json.loads((installed / "puppeteer/node_modules/puppeteer-core/package.json").read_text())["version"]
    chromedp = (installed / "chromedp/version").read_text().strip()
    go = (installed / "chromedp/complete").read_text().split()[0]
    playwright = json.loads((installed / "playwright/node_modules/playwright-core/package.json").read_text())["version"]
    commit = output_of("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    return {"browser": facts["version"], "wasmograph": f"{commit or 'no git'}",
            "puppeteer": f"puppeteer-core {puppeteer} (node {output_of('node', '--version')[1:]})",
            "playwright": f"playwright-core {playwright}",
            "chromedp": f"chromedp {chromedp.lstrip('v')} ({go})"}


def puppeteer_reads_loss(installed):
    """Whether any source of page.tracing looks at dataLossOccurred."""
    sources = (installed / "puppeteer/node_modules/puppeteer-core/lib").rglob("Tracing.js")
    return any("dataLossOccurred" in source.read_text() for source in sources)


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return {"cpu": cpu[1] if cpu else platform.machine(), "cpus": os.cpu_count(),
            "kernel": platform.release(), "load_before": os.getloadavg()[0]}


def scripts(folder, name):
    """Brings a client that runs in node to its library; its path."""
    for script in (name, "answer.mjs"):
        (folder / script).write_text((ROOT / "test/bench" / script).read_text())
        (folder / script).chmod(0o644)
    return folder / name


def with_playwright(lab, build, ours):
    """For the suite "traces": a launch by Playwright makes a context and a page of its own, which is not the others' work."""
    script = scripts(lab.bring(build / "bench/playwright"), "playwright.mjs")
    return {**ours, "playwright": (["node", str(script)], False)}


def commands(lab, build):
    """Name → (command, whether it is another way of a library that is there already)."""
    installed = build / "bench"
    puppeteer = lab.bring(installed / "puppeteer")
    script = scripts(puppeteer, "puppeteer.mjs")
    chromedp = lab.bring(installed / "chromedp")
    ours = lab.bring(build / "test/bench/client")
    return {"wasmograph": ([str(ours), "drive"], False),
            "puppeteer": (["node", str(script), "usual"], False),
            "puppeteer tuned": (["node", str(script), "tuned"], True),
            "chromedp": ([str(chromedp / "client"), "stream"], False),
            "chromedp events": ([str(chromedp / "client"), "events"], True)}


def measure(bench, blocks, sizes):
    for block in range(blocks):
        lock = take_measuring_lock()
        begin = time.monotonic()
        bench.launches(block, LAPS)
        for name, window_ms, messages in sizes:
            bench.traces(f"trace {name}", block, window_ms, messages)
        lock.close()
        say(f"block {block + 1} of {blocks}: {time.monotonic() - begin:.0f} s")


def read_traces(build, folder, seed, quick, blocks):
    """The suite "read" by itself: who takes part needs no browser but for the recording."""
    reading = Reading(build, folder, random.Random(seed), quick, say)
    try:
        reading.prepare()
        lock = take_measuring_lock()
        reading.laps(blocks)
        lock.close()
    except (RuntimeError, OSError, StopIteration, ValueError, subprocess.CalledProcessError) as error:
        reading.failures.append(f"read: {error!r}")
    return {"rows": reading.rows, "failures": reading.failures, "facts": reading.facts}


def answer_traces(bench, build, blocks, sizes):
    """The rows of the suite "traces"."""
    answers = Answers(bench, build / "wasmograph")
    for block in range(blocks):
        lock = take_measuring_lock()
        for name, window_ms, messages in sizes:
            answers.lap(f"traces {name}", block, window_ms, messages)
        lock.close()
        say(f"traces: lap {block + 1} of {blocks}")
    return answers.rows


def only_traces(build, seed, blocks, sizes):
    lab = Lab()
    try:
        asked = [os.environ["BENCH_BROWSER"]] if os.environ.get("BENCH_BROWSER") else []
        ours = with_playwright(lab, build, commands(lab, build))
        facts = json.loads(output_of(ours["wasmograph"][0][0], "facts", *asked))
        bench = Bench(lab, facts, ours, random.Random(seed), say)
        told = {"seed": seed, "blocks": blocks, "machine": machine(), "versions": versions(build / "bench", facts),
                "answers": answer_traces(bench, build, blocks, sizes), "answers_failures": bench.failures,
                "complaints": {name: lab.complaints(name) for name in ours}}
    finally:
        lab.close()
    (build / "bench/last.json").write_text(json.dumps(told, indent=1))
    print("; ".join(told["versions"].values()) + "\n")
    print(report_answers.text(told["answers"], told["answers_failures"], [f"traces {size[0]}" for size in sizes]))
    return 0 if told["answers"] else 3


def only_read(build, seed, quick, blocks):
    lab = Lab()
    try:
        told = {"seed": seed, "blocks": blocks, "machine": machine(), "read": read_traces(build, lab.folder, seed, quick, blocks)}
    finally:
        lab.close()
    (build / "bench").mkdir(exist_ok=True)
    (build / "bench/last.json").write_text(json.dumps(told, indent=1))
    print(report_read.text(told["read"]))
    return 0 if told["read"]["rows"] else 3


def main(arguments):
    build = pathlib.Path(arguments[0]).resolve()
    quick = os.environ.get("BENCH_QUICK", "") not in ("", "0")
    blocks = int(os.environ.get("BENCH_N") or (2 if quick else 6))
    seed = int(os.environ.get("BENCH_SEED") or random.SystemRandom().randrange(1 << 32))
    sizes = [SMALL, QUICK_LARGE if quick else LARGE]
    if os.environ.get("BENCH_ONLY") == "read":
        return only_read(build, seed, quick, blocks)
    if os.environ.get("BENCH_ONLY") == "traces":
        return only_traces(build, seed, blocks, sizes)
    lab = Lab()
    try:
        asked = [os.environ["BENCH_BROWSER"]] if os.environ.get("BENCH_BROWSER") else []
        ours = commands(lab, build)
        facts = json.loads(subprocess.run([ours["wasmograph"][0][0], "facts", *asked], check=True, text=True,
                                          stdout=subprocess.PIPE).stdout)
        told = {"seed": seed, "blocks": blocks, "laps": LAPS, "versions": versions(build / "bench", facts),
                "machine": machine(), "sandbox": facts["sandbox"], "user": lab.user.pw_name,
                "puppeteer_reads_loss": puppeteer_reads_loss(build / "bench")}
        bench = Bench(lab, facts, ours, random.Random(seed), say)
        measure(bench, blocks, sizes)
        answering = Bench(lab, facts, with_playwright(lab, build, ours), bench.rng, say)
        told["answers"] = answer_traces(answering, build, blocks, sizes)
        told["answers_failures"] = answering.failures
        told["machine"]["load_after"] = os.getloadavg()[0]
        complaints = {name: lab.complaints(name) for name in ours}
        own, why_not = own_window(build, lab.folder, 1 if quick else 3)
        told["read"] = read_traces(build, lab.folder, seed, quick, blocks)
    finally:
        lab.close()
    told.update(rows=bench.rows, failures=bench.failures, left=bench.left, complaints=complaints, own_window=own,
                own_window_why_not=why_not)
    (build / "bench/last.json").write_text(json.dumps(told, indent=1))
    print(report.text(told, [f"trace {size[0]}" for size in sizes]))
    print("\n" + report_answers.text(told["answers"], told["answers_failures"], [f"traces {size[0]}" for size in sizes]))
    print("\n" + report_read.text(told["read"]))
    return 0 if bench.rows else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
