#!/usr/bin/python3
"""`selfcheck causes` in both formats, in turns and with the same seeds, and the scores side by side. A quiet machine for about
a quarter of an hour: `make score-formats`.

    score_formats.py PROGRAM FOLDER [--rounds N] [--seed N] [-- OPTIONS OF selfcheck]"""
import argparse
import json
import subprocess
import sys

FORMATS = ["json", "protobuf"]
DONE, NO_VALID_LAUNCH = 0, 4


def selfcheck(given, *words):
    """The sets of the scores; none when other load voided every launch."""
    done = subprocess.run([given.program, "selfcheck", "causes", *words, "--results", given.folder, "--json"],
                          stdout=subprocess.PIPE, text=True)
    if done.returncode not in (DONE, NO_VALID_LAUNCH):
        sys.exit(done.returncode)
    return json.loads(done.stdout)["sets"] if done.stdout else []


def measure(given):
    """{format: names of runs}. Each round is one block of the same seed in each format."""
    runs = {form: [] for form in FORMATS}
    for number in range(given.rounds):
        for form in FORMATS if number % 2 else reversed(FORMATS):
            for told in selfcheck(given, "--trace-format", form, "--blocks", "1", "--seed", str(given.seed + number),
                                  *given.options):
                runs[form] += [run["run"] for run in told["runs"]]
    return runs


def share(tally):
    if not tally["n"]:
        return "–"
    return f"{tally['k']} of {tally['n']} ({100 * tally['share']:.1f} % [{100 * tally['low']:.1f}, {100 * tally['high']:.1f}])"


def rows(told):
    """What is laid side by side: {name: text}."""
    found = {"launches": str(told["launches"]), "samples": str(told["samples"]), "spikes": str(told["spikes"]),
             "episodes": str(len(told["episodes"]))}
    found |= {name: share(told["totals"][name]) for name in ("pure", "mixtures", "pairs", "all", "all_by_name", "both", "clear")}
    found |= {f"target {target['name']}": {True: "met", False: "missed", None: "not judged"}[target["met"]]
              for target in told["targets"]}
    return found | {" + ".join(kind["kinds"]): share(kind["right"]) for kind in told["kinds"]}


def print_side_by_side(columns):
    names = list(dict.fromkeys(name for column in columns for name in column))
    widths = [max(map(len, names)), *(max(len(column.get(name, "–")) for name in names) for column in columns)]
    for cells in [["", *FORMATS], *([name, *(column.get(name, "–") for column in columns)] for name in names)]:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip())


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("folder", help="of the results")
    parser.add_argument("--rounds", type=int, default=5, help="blocks of each format (5)")
    parser.add_argument("--seed", type=int, default=1, help="of the first block (1)")
    end = words.index("--") if "--" in words else len(words)
    given = parser.parse_args(words[:end])
    given.options = words[end + 1:]
    return given


def main(words):
    given = parse(words)
    runs = measure(given)
    if not all(runs.values()):
        sys.exit("no valid launch in one of the formats: other programs disturbed them")
    print_side_by_side([rows(selfcheck(given, *runs[form])[0]) for form in FORMATS])


if __name__ == "__main__":
    main(sys.argv[1:])
