"""What the bench does: launches, traced trials, and wasmograph's own measured window.

Each suite gives rows, one for each client and lap: {"suite", "lap", "client", metric: value …}. Inside a lap the
clients take turns in an order drawn from the seed."""
import json
import shutil
import subprocess
import time

from clients import Client, ClientError

CATEGORIES = ["devtools.timeline", "toplevel", "toplevel.flow", "v8", "v8.wasm", "blink.user_timing", "blink.worker",
              "disabled-by-default-devtools.timeline", "disabled-by-default-v8.wasm.detailed"]
MB = 1e6

# Marks are [CLOCK_MONOTONIC µs, CPU µs, voluntary switches].
TIME, CPU, SWITCHES = range(3)


def between(marks, begin, end, field=TIME):
    return marks[end][field] - marks[begin][field]


class Bench:
    """The clients, by name: how each is started, and the flags it is given."""

    def __init__(self, lab, facts, commands, rng, say):
        self.lab, self.facts, self.commands, self.rng, self.say = lab, facts, commands, rng, say
        self.rows, self.failures = [], []
        self.left = {}

    def names(self, drivers_only):
        """All clients, or one for each library: how a trace is read makes no difference to a launch."""
        return [name for name, (_, other_way) in self.commands.items() if not (drivers_only and other_way)]

    def shuffled(self, names):
        return self.rng.sample(names, len(names))

    def start(self, name):
        return Client(self.lab, name, self.commands[name][0])

    def launch(self, client):
        """Flags are wasmograph's; the profile folder and the transport are the library's own choice, and ours adds
        all of them by itself."""
        flags = [flag for flag in self.facts["flags"]
                 if not flag.startswith(("--user-data-dir", "--remote-debugging"))]
        if client.name.startswith("chromedp"):
            flags.remove("about:blank")  # it adds that
        return client.launch(program=self.facts["program"], flags=flags, url=self.lab.url)

    def note_leftovers(self, name):
        processes, entries = self.lab.leftovers()
        seen = self.left.setdefault(name, [0, 0, 0])
        self.left[name] = [seen[0] + 1, seen[1] + processes, seen[2] + entries]

    def failed(self, suite, name, error):
        self.failures.append(f"{suite}: {error}")
        self.say(f"{suite}: {error}")

    # ---- launches ----

    def timed(self, client):
        """Order → page loaded, and order → nothing left."""
        _, launch_s = self.launch(client)
        _, close_s = client.close()
        self.note_leftovers(client.name)
        return {"launch_ms": launch_s * 1e3, "close_ms": close_s * 1e3}

    def costed(self, client):
        """Order → page loaded, and the client's CPU time for launch and close; since_exec_*: from the exec of the
        client, of use at its first launch."""
        launched, launch_s = self.launch(client)
        since_exec_s = time.monotonic() - client.begin
        closed = client.close_unwatched()
        self.note_leftovers(client.name)
        end_us = closed["marks"]["closed"][CPU] + closed.get("helper_cpu_us", 0)
        return {"launch_ms": launch_s * 1e3, "cpu_ms": (end_us - launched["marks"]["begin"][CPU]) / 1e3,
                "since_exec_ms": since_exec_s * 1e3, "since_exec_cpu_ms": end_us / 1e3}

    def launches(self, block, laps):
        """Fresh client processes, whose first launch is a row of its own ("first": with the client's own start); then
        `laps` more launches of each, by turns timed and costed."""
        clients = {}
        try:
            for name in self.shuffled(self.names(drivers_only=True)):
                self._first(block, name, clients)
            for lap in range(laps):
                for name in self.shuffled(list(clients)):
                    self._next(f"{block}.{lap}", name, clients, self.costed if lap % 2 else self.timed)
        finally:
            for client in clients.values():
                client.end()

    def _first(self, lap, name, clients):
        client = clients[name] = self.start(name)
        try:
            row = self.costed(client)
        except ClientError as error:
            self.failed("first launch", name, error)
            clients.pop(name).end()
            return
        self.rows.append({"suite": "first", "lap": lap, "client": name,
                          "launch_ms": row["since_exec_ms"], "cpu_ms": row["since_exec_cpu_ms"]})

    def _next(self, lap, name, clients, trial):
        try:
            row = trial(clients[name])
        except ClientError as error:
            self.failed("launch", name, error)
            clients.pop(name).end()
            return
        self.rows.append({"suite": "launch", "lap": lap, "client": name,
                          **{key: row[key] for key in ["launch_ms", "close_ms", "cpu_ms"] if key in row}})

    # ---- traced trials ----

    def traces(self, suite, block, window_ms, messages):
        for name in self.shuffled(self.names(drivers_only=False)):
            client = self.start(name)
            try:
                row = self.traced_trial(client, window_ms, messages)
                self.rows.append({"suite": suite, "lap": block, "client": name, **row})
            except ClientError as error:
                self.failed(suite, name, error)
            finally:
                client.end()

    def traced_trial(self, client, window_ms, messages):
        path = self.lab.out / f"{client.name}.json"
        _, launch_s = self.launch(client)
        traced, trace_s = client.ask(do="trace", categories=CATEGORIES, path=str(path),
                                     expression=f"bench.window({window_ms}, {messages})")
        rss_mb = client.peak_rss_kb() * 1024 / MB
        _, close_s = client.close()
        self.note_leftovers(client.name)
        size_mb = check_trace(path, messages, client.name) / MB
        path.unlink()
        marks, page = traced["marks"], traced["page"]
        if page["answered"] != messages:
            raise ClientError(f"{client.name}: the page answered {page['answered']} of {messages} messages")
        row = {"size_mb": size_mb, "rss_mb": rss_mb, "data_loss": traced.get("data_loss"),
               "launch_ms": launch_s * 1e3, "close_ms": close_s * 1e3,
               "beyond_ms": (launch_s + trace_s + close_s) * 1e3 - page["elapsed_ms"],
               "start_ms": between(marks, "begin", "reloaded") / 1e3,
               "stop_to_disk_ms": between(marks, "window_end", "disk") / 1e3,
               "cpu_ms_per_mb": between(marks, "begin", "disk", CPU) / 1e3 / size_mb,
               "window_cpu_ms": between(marks, "reloaded", "window_end", CPU) / 1e3,
               "window_wakes": between(marks, "reloaded", "window_end", SWITCHES)}
        # chromedp's dataCollected events come before tracingComplete: no pull can be told from the stop.
        if "complete" in marks and client.name != "chromedp events":
            row["stop_ms"] = between(marks, "window_end", "complete") / 1e3
            row["pull_mb_s"] = size_mb / (between(marks, "complete", "disk") / 1e6)
        return row


def check_trace(path, messages, name):
    """The size of a trace that is whole: a trial whose trace is not is no trial."""
    text = path.read_bytes()
    handled = text.count(b'"HandlePostMessage"')
    if handled < 2 * messages:
        raise ClientError(f"{name}: {handled} of {2 * messages} messages are in its trace")
    if not text.rstrip().endswith(b"}") or not text.startswith(b"{"):
        raise ClientError(f"{name}: its trace is cut short")
    return len(text)


def own_window(build, folder, blocks):
    """What a real `wasmograph run` stored of itself: rows with CPU µs and voluntary switches inside the window."""
    results = folder / "results"
    base = [str(build / "wasmograph")]
    place = ["--results", str(results), "--json"]
    done = subprocess.run([*base, "run", "null", "--blocks", str(blocks), "--param", "samples=500", "--trace", "off",
                           "--quiet", "--wait", *place], capture_output=True, text=True)
    rows = []
    for launch in range(1, 2 * blocks + 1):
        shown = subprocess.run([*base, "show", f"last:{launch}", *place], capture_output=True, text=True)
        if shown.returncode == 0:
            stored = json.loads(shown.stdout)["environment"]
            if "daemon" in stored:
                rows.append({"window_s": stored["window"]["window_us"] / 1e6, **stored["daemon"]})
    shutil.rmtree(results, ignore_errors=True)
    return rows, done.stderr.strip().splitlines()[-1:] if not rows else []
