#!/usr/bin/python3
"""The figures of a `make faults`, from the file that its tests wrote: how often each part was hit in which state, what
was made of it, and how long the program took to notice.

    figures.py FILE"""
import collections
import json
import pathlib
import sys


def p95(values):
    """Nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


def counted(words):
    return ", ".join(f"{count} {word}" for word, count in collections.Counter(words).most_common())


def print_blows(blows):
    groups = collections.defaultdict(list)
    for blow in blows:
        groups[blow["test"], blow["part"]].append(blow)
    for (test, part), group in groups.items():
        took = [blow["took_s"] for blow in group if blow["took_s"] is not None]
        print(f"{part} {test}: {len(group)} (in {counted(blow['state'] for blow in group)})")
        print(f"    told as {counted(blow['death'] or 'nothing: it did not matter' for blow in group)}")
        if took:
            print(f"    noticed after at most {max(took):.2f} s, P95 {p95(took):.2f} s")


def main(path):
    file = pathlib.Path(path)
    figures = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    print_blows([figure for figure in figures if "part" in figure])
    for figure in figures:
        if "says" in figure:
            print(figure["says"])


if __name__ == "__main__":
    main(sys.argv[1])
