"""The same workload recorded in separate launches in both formats: what is counted, how long it took and what its arguments
are; and what of that differs more between the formats than among the launches of one.

    formats.py FOLDER [ROUNDS]     records there, and prints what differs"""
import collections
import json
import pathlib
import re
import statistics
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).resolve().parents[1] / "cli")]

from oracle_test import dump  # noqa: E402
from support import Lab  # noqa: E402

FORMATS = ["json", "protobuf"]
WORDS = ["ping", "--trace", "all", "--blocks", "1", "--arms", "gc/worker/churn", "--param", "samples=300", "--param",
         "warmup_ms=300", "--param", "drain_ms=500", "--seed", "1", "--wait"]
PHASE, PID, TID, TS, DUR, TDUR, TTS, NAME, CATEGORY, ID, ID2, ARGS = range(12)

# Of a type of their own, whose names stand behind the events in protobuf: not read (docs/ARCHITECTURE.md).
TYPED = {"animation_frame_timing_info", "animation_frame_script_timing_info", "begin_frame_id"}
TIMES_LEAST = 20  # of fewer a median says little


class Launch:
    """What one launch's trace holds. Keys are (thread's name, phase, event's name, …): numbers of threads are drawn anew."""

    def __init__(self, facts, events):
        self.facts = facts                             # what wasmograph stored of it
        self.counts = collections.Counter()            # events
        self.times = collections.defaultdict(list)     # dur and tdur, µs; then their medians
        self.numbers = collections.defaultdict(list)   # values of an argument; then their medians
        self.words = collections.defaultdict(set)      # texts and truths of an argument, a number in them as #
        threads = {tuple(event[PID:TID + 1]): event[ARGS]["name"] for event in events if event[NAME] == "thread_name"}
        sliced = {tuple(event[PID:TID + 1]) + (event[NAME],) for event in events if event[PHASE] == "X"}
        for event in events:
            if event[PHASE] not in "Msf":  # flows are for those who ask
                thread = tuple(event[PID:TID + 1])
                empty = event[PHASE] == "I" and (*thread, event[NAME]) in sliced  # a slice of 0 µs
                self.add((threads.get(thread, "?"), "X" if empty else event[PHASE], event[NAME]), event)
        self.times = {key: statistics.median(rows) for key, rows in self.times.items() if len(rows) >= TIMES_LEAST}
        self.numbers = {key: statistics.median(rows) for key, rows in self.numbers.items()}

    def add(self, key, event):
        self.counts[key] += 1
        if key[1] == "X":
            self.times[(*key, "dur")].append(event[DUR])
            self.times[(*key, "tdur")].append(event[TDUR])
        for path, value in arguments("", event[ARGS]):
            if isinstance(value, (bool, str)):
                self.words[(*key, path)].add(re.sub(r"[0-9A-Fa-f]*\d[0-9A-Fa-f]*", "#", str(value).replace("0x", "")))
            else:
                self.numbers[(*key, path)].append(value)


def arguments(path, value):
    """(path, value) of all that is not a dictionary or a list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in TYPED:
                yield from arguments(f"{path}.{key}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from arguments(f"{path}[]", inner)
    elif value is not None:
        yield path, value


def record_one(lab, form):
    """Other load may void a launch: what is in its trace is as good."""
    done = lab.run("run", *WORDS, "--trace-format", form, "--json")
    assert done.returncode in (0, 4), done.stderr
    environment, path = lab.query("SELECT l.environment, a.path FROM artefact a JOIN launch l ON l.row = a.launch WHERE a.kind ="
                                  " 'trace' AND l.run = ? ORDER BY l.number", json.loads(done.stdout)["run"])[0]
    facts = json.loads(environment)["trace"]
    assert facts["format"] == form and not facts["lossy"], facts["lost"]
    events, _ = dump(lab.results / path)
    return Launch(facts, events)


def record(lab, rounds):
    """{format: launches}, in turns."""
    found = {form: [] for form in FORMATS}
    for number in range(rounds):
        for form in FORMATS if number % 2 else reversed(FORMATS):
            found[form].append(record_one(lab, form))
    return found


def apart(one, other, share, least):
    """Two lists of numbers that do not overlap, by more than a share of the largest and the least that counts."""
    gap = max(min(one) - max(other), min(other) - max(one))
    return gap > share * max(map(abs, one + other)) + least


def columns(found, what, key, absent=None):
    return [[getattr(launch, what).get(key, absent) for launch in found[form]] for form in FORMATS]


def keys(found, what):
    return sorted(set().union(*(getattr(launch, what) for launches in found.values() for launch in launches)))


def counts_apart(found, share=0, least=0):
    for key in keys(found, "counts"):
        one, other = columns(found, "counts", key, 0)
        if apart(one, other, share, least):
            yield "count", key, one, other


def medians_apart(found, what, share=0, least=0):
    for key in keys(found, what):
        one, other = columns(found, what, key)
        if None not in one + other and apart(one, other, share, least):
            yield what, key, one, other


def arguments_apart(found, least=0):
    """Arguments that all launches of one format have and none of the other, and values of which that is true. `least`: of events
    that come so often in each launch."""
    for what in ("numbers", "words"):
        for key in keys(found, what):
            one, other = columns(found, what, key)
            often = min(sum(columns(found, "counts", key[:3], 0), [])) >= least
            if often and {one.count(None), other.count(None)} == {0, len(one)}:
                yield f"{what} in one format", key, one, other
            elif often and what == "words" and None not in one + other:
                lost, gained = set.intersection(*one) - set.union(*other), set.intersection(*other) - set.union(*one)
                if lost or gained:
                    yield what, key, lost, gained


def facts_apart(found):
    """What wasmograph counts of a trace, by half."""
    for path in (["main", "marks"], ["worker", "marks"], ["worker", "minor_gcs"], ["worker", "major_gcs"], ["main", "minor_gcs"],
                 ["guest_gcs"], ["wasm_compiles"], ["wasm_lazy_compiles"], ["wasm_tier_ups"]):
        one, other = ([value_at(launch.facts, path) for launch in found[form]] for form in FORMATS)
        if apart(one, other, 0.5, 3):
            yield "fact", path, one, other


def differences(found):
    """Where no launch of one format is within what those of the other gave. Of two times ten launches that are alike,
    one number in 92,378 is that by chance."""
    return [*facts_apart(found), *counts_apart(found), *medians_apart(found, "times"), *medians_apart(found, "numbers"), *arguments_apart(found)]


def gross_differences(found):
    """What even two launches of each show: kinds of events that are missing, or counted or timed otherwise by half."""
    return [*facts_apart(found), *counts_apart(found, 0.5, 8), *medians_apart(found, "times", 0.5, 20),
            *arguments_apart(found, 8)]


def extend(found, more):
    for form in FORMATS:
        found[form] += more[form]


def check_facts(found):
    """What wasmograph counts, against what the page counted."""
    for launches in found.values():
        for facts in (launch.facts for launch in launches):
            assert facts["messages"]["unpaired"] == 0 and facts["loss"] == {}
            for direction in facts["messages"]["to_target"], facts["messages"]["to_sender"]:
                assert direction["sent"] == direction["traced"] > 300
            assert facts["main"]["marks"] >= 4 <= facts["worker"]["marks"] and facts["guest_gcs"] > 0


def value_at(facts, path):
    return value_at(facts[path[0]], path[1:]) if path else facts


def main(folder, rounds=10):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    lab = Lab(folder)
    found = record(lab, int(rounds))
    lab.close()
    check_facts(found)
    for row in differences(found):
        print(*row)
    print(", ".join(f"{len(keys(found, what))} {what}" for what in ("counts", "times", "numbers", "words")), "compared")


if __name__ == "__main__":
    main(*sys.argv[1:])
