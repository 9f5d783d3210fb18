"""The suite "read": how fast a large trace is read, by us and by others, each in a process of its own.

A launch of wasmograph's own is recorded and grown (grow.py) to the size that is asked for. Contestants take turns in an order drawn
from the seed; each gives a row {"suite": "read", "lap", "client", "s", "cpu_s", "rss_mb"}, from exec to exit. Readers that cannot
take the large trace get a small one, and ours takes that, too."""
import json
import pathlib
import subprocess

from grow import grow

ROOT = pathlib.Path(__file__).resolve().parents[2]
LARGE_MB, SMALL_MB = 300, 60
QUICK_LARGE_MB, QUICK_SMALL_MB = 60, 20
SAMPLES = 3000
ARM = "gc/worker/churn"
NODE = ["node", "--max-old-space-size=12000"]
PARSE = "console.log(JSON.parse(require('fs').readFileSync(process.argv[1])).traceEvents.length)"


# Linux counts to a process's peak what its parent had when it was started, so that a small one starts it.
MEASURE = """
import json, os, sys, time
begin = time.monotonic()
pid = os.posix_spawn("/usr/bin/env", ["env", "--", *sys.argv[1:]], os.environ, file_actions=[
    (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
_, status, usage = os.wait4(pid, 0)
print(json.dumps([time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, status]), file=sys.stderr)
"""


def run_timed(command):
    """(seconds, CPU seconds, peak RSS in MB, of which 10 may be the starter's, what it said); an error is a
    CalledProcessError."""
    done = subprocess.run(["/usr/bin/python3", "-I", "-S", "-c", MEASURE, *command], capture_output=True, check=True)
    seconds, cpu_s, rss_kb, status = json.loads(done.stderr)
    if status:
        raise subprocess.CalledProcessError(status, command)
    return seconds, cpu_s, rss_kb * 1024 / 1e6, done.stdout


class Reading:
    def __init__(self, build, folder, rng, quick, say):
        self.program, self.build, self.folder, self.rng, self.say = build / "wasmograph", build, folder, rng, say
        self.sizes = (QUICK_LARGE_MB, QUICK_SMALL_MB) if quick else (LARGE_MB, SMALL_MB)
        self.samples = SAMPLES // 6 if quick else SAMPLES
        self.rows, self.failures, self.facts = [], [], {}

    # ---- what is read ----

    def ours(self, *words):
        done = subprocess.run([str(self.program), *map(str, words)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"wasmograph {words[0]}: {done.stderr.strip().splitlines()[-1:]}")
        return done.stdout

    def record(self):
        """A whole trace of a launch, and its samples. A machine that is busy voids launches, which keep their traces."""
        results = self.folder / "read-results"
        subprocess.run([str(self.program), "run", "ping", "--arms", ARM, "--blocks", "1", "--trace", "all", "--trace-format",
                        "json", "--quiet", "--wait", "--param", f"samples={self.samples}", "--results", str(results)], capture_output=True)
        run = json.loads(self.ours("list", "--results", results, "--json"))["runs"][0]["run"]
        exported = json.loads(self.ours("export", run, "--results", results, "--as", "trace", "-o", self.folder / "read-traces",
                                        "--json"))
        trace = next(trace for trace in exported["traces"] if not trace["lossy"])
        csv = self.folder / "read.csv"
        self.ours("export", f"{run}:{trace['launch']}", "--results", results, "--as", "csv", "-o", csv)
        return pathlib.Path(trace["path"]), csv

    def prepare(self):
        trace, csv = self.record()
        self.files = []
        for name, megabytes in zip(("large", "small"), self.sizes):
            out, samples = self.folder / f"{name}.json", self.folder / f"{name}.csv"
            copies = grow(trace, csv, out, samples, megabytes)
            self.files.append((out, samples))
            self.facts[name] = {"mb": out.stat().st_size / 1e6, "copies": copies, "recording_mb": trace.stat().st_size / 1e6}

    # ---- who reads ----

    def contestants(self):
        """Name → command. "… small" reads the small trace."""
        (large, samples), (small, small_samples) = self.files
        simdjson = str(self.build / "test/bench/simdjson_read")
        engine = ["node", "--max-old-space-size=12000", str(ROOT / "test/bench/trace_engine.mjs"), str(ROOT / "build/trace-engine")]

        def both(trace, csv, suffix):
            return {f"trace{suffix}": [str(self.program), "trace", str(trace), "--json"],
                    f"explain{suffix}": [str(self.program), "explain", "--trace", str(trace), "--samples", str(csv), "--json"]}
        return {**both(large, samples, ""), **both(small, small_samples, " small"),
                "simdjson skim": [simdjson, str(large), "skim"], "simdjson members": [simdjson, str(large), "members"],
                "node": [*NODE, "-e", PARSE, str(large)], "trace_engine small": [*engine, str(small)]}

    def turn(self, lap, name, command):
        try:
            seconds, cpu_s, rss_mb, _ = run_timed(command)
        except subprocess.CalledProcessError as error:
            self.failures.append(f"read: {name}: {error}")
            return
        self.rows.append({"suite": "read", "lap": lap, "client": name, "s": seconds, "cpu_s": cpu_s, "rss_mb": rss_mb})

    def check(self, contestants):
        """Every reader finds as many events."""
        said = {name: json.loads(run_timed(contestants[name])[3]) for name in ("trace", "simdjson skim", "simdjson members")}
        events = {name: answer["events"] for name, answer in said.items()}
        if len(set(events.values())) != 1:
            raise RuntimeError(f"the readers do not agree on the number of events: {events}")
        self.facts["events"], self.facts["kernel"] = events["trace"], said["simdjson skim"]["kernel"]

    def laps(self, count):
        contestants = self.contestants()
        self.check(contestants)
        for lap in range(count):
            for name in self.rng.sample(list(contestants), len(contestants)):
                self.turn(lap, name, contestants[name])
            self.say(f"read: lap {lap + 1} of {count}")
