"""What the command-line tests share: running wasmograph as a user would, in folders of its own,
and looking for what it may have left behind."""
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

SOURCE = pathlib.Path(os.environ.get("WASMOGRAPH_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("WASMOGRAPH_BUILD", SOURCE / "build"))
PROGRAM = BUILD / "wasmograph"
BESIDE = "WASMOGRAPH_BESIDE" in os.environ  # other tests' launches disturb ours, and would do so again
FAKE_BROWSER = SOURCE / "test/browser/fake_browser.py"

# Short launches: enough samples for every path, few enough for a quick suite.
SHORT = ["--param", "samples=60", "--param", "warmup_ms=200", "--param", "drain_ms=500", "--trace", "off"]


class Lab:
    """One user's folders: results, temporary files and lock are its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.results = self.folder / "results"
        # The browser's user must be able to reach its scratch folder.
        self.tmp = pathlib.Path(tempfile.mkdtemp(prefix="wg-", dir="/tmp"))
        self.tmp.chmod(0o711)
        self.environment = dict(os.environ, TMPDIR=str(self.tmp),
                                WASMOGRAPH_LOCK=str(self.folder / "lock"))

    def arguments(self, *words):
        beside = ["--no-reruns"] if words[0] == "run" and BESIDE else []
        return [str(PROGRAM), words[0], "--results", str(self.results), *beside, *map(str, words[1:])]

    def run(self, *words, deadline_s=240, **options):
        return subprocess.run(self.arguments(*words), env=self.environment, capture_output=True,
                              text=True, timeout=deadline_s, stdin=subprocess.DEVNULL, **options)

    def json(self, *words, **options):
        done = self.run(*words, "--json", **options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *words, **options):
        return subprocess.Popen(self.arguments(*words), env=self.environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL, **options)

    def start_on_terminal(self, *words, **options):
        """On a terminal the progress names each launch state: (process, fd of its stderr)."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(self.arguments(*words), env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=theirs, start_new_session=True,
                                   **options)
        os.close(theirs)
        return process, ours

    def trace(self, launch):
        """A stored trace of the newest run, as JSON."""
        done = self.run("export", f"last:{launch}", "--as", "trace")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def trace_formats(self):
        """Of every traced launch that has come so far as to be stored."""
        rows = self.query("SELECT environment FROM launch WHERE traced AND environment IS NOT NULL ORDER BY number")
        return {json.loads(row[0])["trace"]["format"] for row in rows}

    def query(self, sql, *values):
        database = sqlite3.connect(f"file:{self.results}/wasmograph.db?mode=ro", uri=True)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()

    def leftover_processes(self):
        """Processes that were started with this lab's temporary folder."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                text = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(self.tmp).encode() in text:
                found.append((int(entry.name), text[:120]))
        return found

    def leftover_scratch(self):
        return [path for root in self.tmp.glob("wasmograph-*") for path in root.iterdir()]

    def leftover_groups(self):
        """Control groups of this lab's launches: named by their scratch folders."""
        if not (self.results / "wasmograph.db").exists():
            return []
        try:
            scratch = [pathlib.Path(row[0]) for row in self.query("SELECT scratch FROM launch")]
        except sqlite3.DatabaseError:  # no database of ours, as some tests want it: nothing was launched
            return []
        names = {f"{path.parent.name}.{path.name}" for path in scratch}
        return [path for path in pathlib.Path("/sys/fs/cgroup").rglob("wasmograph-*") if path.name in names]

    def leftovers(self):
        return self.leftover_processes() + self.leftover_scratch() + self.leftover_groups()

    def wait_until_nothing_is_left(self, deadline_s=10):
        end = time.monotonic() + deadline_s
        while self.leftovers() and time.monotonic() < end:
            time.sleep(0.05)
        return self.leftovers()

    def incoming(self):
        folder = self.results / ".incoming"
        return list(folder.iterdir()) if folder.exists() else []

    def forget(self):
        """Empties the results."""
        shutil.rmtree(self.results, ignore_errors=True)

    def close(self):
        shutil.rmtree(self.tmp, ignore_errors=True)


def read_until(descriptor, words, deadline_s):
    """Reads a terminal until one of the words stands in it; the text so far."""
    text, end = "", time.monotonic() + deadline_s
    while not any(word in text for word in words):
        left = end - time.monotonic()
        assert left > 0, f"none of {words} in: {text!r}"
        if not select.select([descriptor], [], [], left)[0]:
            continue
        try:
            chunk = os.read(descriptor, 4096)
        except OSError:
            chunk = b""
        assert chunk, f"the program ended before any of {words}: {text!r}"
        text += chunk.decode(errors="replace")
    return text


def interrupt(process):
    process.send_signal(signal.SIGINT)


def one_sentence(done):
    """What a person is told: the last line, and that it is ours."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("wasmograph: ")]
    assert lines, f"no sentence on stderr: {done.stderr!r}"
    return lines[-1]


def copy_probe(folder, name="ping"):
    """A copy of a probe to be spoilt; its folder is given as the probe."""
    target = pathlib.Path(folder) / name
    shutil.copytree(SOURCE / "probes" / name, target)
    return target


def edit_json(path, edit):
    document = json.loads(path.read_text())
    edit(document)
    path.write_text(json.dumps(document))


def plant_only(folder, kind, arms=("none/worker/idle",)):
    """The planted probe with plants of one kind; its folder is given as the probe. The kind's cause."""
    probe = copy_probe(folder, "planted")

    def edit(document):
        document["guests"] = [guest for guest in document["guests"] if any(arm.startswith(guest["name"] + "/") for arm in arms)]
        document["arms"] = list(arms)
        plants = document["plants"]
        plants["pairs"], plants["kinds"] = [], [k for k in plants["kinds"] if k["name"] == kind]
        plants["every_ms"] = 250
    edit_json(probe / "probe.json", edit)
    return probe, json.loads((probe / "probe.json").read_text())["plants"]["kinds"][0]["cause"]


def plant(lab, kind, attempts=4, arms=("none/worker/idle",), samples=500):
    """Plants one kind in every launch of a run: (the probe, the kind's cause, the address of its worst spike that was named after it)."""
    probe, cause = plant_only(lab.folder, kind, arms)
    short = ["--param", f"samples={samples}", "--param", "warmup_ms=200", "--param", "drain_ms=1000"]
    for _ in range(attempts):
        lab.run("run", probe, "--trace", "all", "--blocks", "1", *short)
        found = lab.query("SELECT l.run, l.number, s.sample FROM spike s JOIN launch l ON l.row = s.launch JOIN part p ON "
                          "p.launch = l.row AND p.sample = s.sample WHERE l.outcome IN ('valid', 'void') AND p.cause = ? "
                          "ORDER BY p.ms DESC LIMIT 1", cause)
        if found:
            break
    else:
        raise AssertionError(f"{kind}: {attempts} runs in a row left no spike of {cause}")
    return probe, cause, "{}:{}:{}".format(*found[0])


def prove(lab, kind, blocks, attempts=4, arms=("none/worker/idle",), samples=500):
    """Has a planted spike reproduced with its cause switched off in every second launch: (the cause, the reproduction's document).
    Somebody else's load may void launches: then it is tried again."""
    probe, cause, address = plant(lab, kind, attempts, arms, samples)
    for _ in range(attempts):
        done = lab.run("reproduce", address, "--probe", probe, "--without", cause, "--launches", blocks, "--json",
                       deadline_s=900)
        document = json.loads(done.stdout)
        if document["support"]["verdict"] != "too-few":
            break
    return cause, document


def reproduce_absent(lab, kind, launches, attempts=4):
    """Has a planted spike reproduced by the same probe that plants nothing any more: the document of a reproduction in which launches count."""
    probe, _, address = plant(lab, kind, attempts)
    edit_json(probe / "probe.json", lambda document: document.pop("plants"))
    for _ in range(attempts):
        done = lab.run("reproduce", address, "--probe", probe, "--launches", launches, "--json", deadline_s=900)
        assert done.returncode in (0, 4), done.stderr
        document = json.loads(done.stdout)
        if document["arms"]["same"]["launches"] >= launches / 2:
            return document
    raise AssertionError(f"{kind}: {attempts} reproductions in a row were voided by other load")
