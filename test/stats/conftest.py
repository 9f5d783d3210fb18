"""The helper binary that the comparisons ask: build/test/stats/stats_dump, or $STATS_DUMP."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))


class Asker:
    """Sends questions to stats_dump in one go: a list of (word, numbers) in, lists of floats out."""

    def __init__(self, path):
        self.path = path

    def ask_all(self, questions):
        lines = [" ".join([word, *(repr(float(n)) for n in numbers)]) for word, numbers in questions]
        done = subprocess.run([self.path], input="\n".join(lines) + "\n", text=True,
                              capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        answers = done.stdout.splitlines()
        assert len(answers) == len(questions)
        return [None if a == "none" else [float(n) for n in a.split()] for a in answers]


@pytest.fixture(scope="session")
def asker():
    path = pathlib.Path(os.environ.get("STATS_DUMP", ROOT / "build/test/stats/stats_dump"))
    if not path.exists():
        pytest.fail(f"{path} is missing; build it with: make build/test/stats/stats_dump")
    return Asker(path)
