"""The suite "traces": how soon after a window's end its trace is on disk, and how soon there is an answer out of it.

The answer is events by name, collections, and how long messages took: `wasmograph trace --json` of the protobuf that we
record, and of the JSON that others record, JSON.parse or encoding/json and a loop. Every client records a trial of its
own, of the same work; a trial counts only if its answer has every message. Our file is another format: its size counts as that
of the others' JSON in the same lap."""
import json

from clients import ClientError
from ratios import geometric
from read import run_timed
from suites import CATEGORIES, CPU, MB, TIME, between

OURS = "wasmograph"
PEERS = ["puppeteer", "playwright", "chromedp"]
MIB = 2 ** 20


def said_by_ours(text):
    told = json.loads(text)
    latencies = [route["latency"] for route in told["messages"] if route["latency"]]  # none: only tasks went that way
    return {"messages": sum(latency["count"] for latency in latencies), "events": told["events"],
            "collections": sum(gc["kinds"][kind]["count"] for gc in told["gc"] for kind in ("minor", "major"))}


class Answers:
    """`bench`: the clients (suites.py); `program`: our wasmograph."""

    def __init__(self, bench, program):
        self.bench, self.program, self.rows = bench, program, []

    def lap(self, suite, lap, window_ms, messages):
        rows = {}
        for name in self.bench.shuffled([OURS, *PEERS]):
            client = self.bench.start(name)
            try:
                rows[name] = self.trial(client, window_ms, messages)
            except (ClientError, OSError, ValueError, KeyError) as error:
                self.bench.failed(suite, name, error)
            finally:
                client.end()
        self.finish(suite, lap, rows)

    def finish(self, suite, lap, rows):
        """CPU is told per MB of the size that the trial's trace has as JSON."""
        sizes = [row["file_mb"] for name, row in rows.items() if name != OURS]
        if not sizes:
            return
        for name, row in rows.items():
            size_mb = geometric(sizes).value if name == OURS else row["file_mb"]
            row["disk_cpu_ms_per_mb"], row["cpu_ms_per_mb"] = row["disk_cpu_ms"] / size_mb, row["answer_cpu_ms"] / size_mb
            self.rows.append({"suite": suite, "lap": lap, "client": name, "size_mb": size_mb, **row})

    def trial(self, client, window_ms, messages):
        path = self.bench.lab.out / f"{client.name}.trace"
        self.bench.launch(client)
        traced, _ = client.ask(do="trace", categories=CATEGORIES, path=str(path), format="protobuf",
                               expression=f"bench.window({window_ms}, {messages})")
        marks = traced["marks"]
        disk_ms, disk_cpu_ms = between(marks, "window_end", "disk") / 1e3, between(marks, "begin", "disk", CPU) / 1e3
        ms, cpu_ms, rss_mib, said = self.answer(client, path)
        row = {"file_mb": path.stat().st_size / MB, "disk_ms": disk_ms, "answer_ms": disk_ms + ms, "read_ms": ms,
               "disk_cpu_ms": disk_cpu_ms, "answer_cpu_ms": disk_cpu_ms + cpu_ms, "rss_mib": rss_mib, "said": said}
        client.close_unwatched()
        path.unlink()
        self.bench.note_leftovers(client.name)
        if said["messages"] < 2 * messages:
            raise ClientError(f"{client.name}: {said['messages']} of {2 * messages} messages are in its answer")
        return row

    def answer(self, client, path):
        """(ms, CPU ms, MiB of the largest process, what was said)."""
        if client.name == OURS:
            seconds, cpu_s, rss_mb, text = run_timed([str(self.program), "trace", str(path), "--json"])
            return seconds * 1e3, cpu_s * 1e3, max(rss_mb * MB, client.peak_rss_kb() * 1024) / MIB, said_by_ours(text)
        reply, _ = client.ask(do="answer", path=str(path))
        marks = reply.pop("marks")
        return (between(marks, "begin", "answered", TIME) / 1e3, between(marks, "begin", "answered", CPU) / 1e3,
                client.peak_rss_kb() * 1024 / MIB, reply)
