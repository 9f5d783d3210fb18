"""Our change points against Apache Otava's, the program of the people whose method it is.

Otava comes from PyPI into a throwaway virtual environment, build/venv-otava (or $OTAVA_PYTHON):
    python3 -m venv build/venv-otava
    build/venv-otava/bin/pip install -r test/stats/requirements-otava.txt
Run: /usr/bin/python3 -m pytest test/stats/otava_oracle_test.py
"""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

HERE = pathlib.Path(__file__).resolve().parent
P_LIMIT = 0.001


@pytest.fixture(scope="module")
def otava():
    python = pathlib.Path(os.environ.get("OTAVA_PYTHON",
                                         HERE.parents[1] / "build/venv-otava/bin/python"))
    if not python.exists():
        pytest.fail(f"{python} is missing; the first lines of {__file__} say how to make it")

    def answer(questions):
        done = subprocess.run([python, HERE / "otava_answer.py"], input=json.dumps(questions),
                              text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return answer


def draw_series(rng):
    """Levels one after the other: none, one or several steps of 1 to 60 %, scatter 0.5 to 10 %."""
    steps = int(rng.choice([0, 1, 1, 2, 5]))
    length = int(rng.integers(2, 200))
    places = np.sort(rng.integers(0, length, steps))
    logs = rng.normal(0, rng.choice([0.005, 0.02, 0.1]), length) + rng.uniform(-3, 3)
    for place in places:
        logs[place:] += rng.choice([-1, 1]) * rng.uniform(0.01, 0.5)
    return np.exp(logs)


def draw_cases(count):
    rng = np.random.default_rng(2301)
    return [(draw_series(rng), int(rng.choice([10, 30, 50, 50])), float(rng.choice([0, 0.05])))
            for _ in range(count)]


def ours(asker, cases):
    answers = asker.ask_all([("changepoints", [window, P_LIMIT, smallest, *series])
                             for series, window, smallest in cases])
    return [[(int(a[i]), a[i + 3]) for i in range(0, len(a), 4)] if a else [] for a in answers]


def theirs(otava, cases, sample_sd, both_neighbours):
    return otava([{"series": list(np.log(series)), "window": window, "p": P_LIMIT,
                   "smallest": smallest, "sample_sd": sample_sd,
                   "both_neighbours": both_neighbours}
                  for series, window, smallest in cases])


def indexes(points):
    return [index for index, _ in points]


def test_same_points_and_p(asker, otava):
    """With both mended (see otava_answer.py): every series, every point, every p."""
    cases = draw_cases(500)
    mine, other = ours(asker, cases), theirs(otava, cases, True, True)
    found = 0
    for case, (points, answer) in enumerate(zip(mine, other)):
        assert indexes(points) == indexes(answer["points"]), f"series {case}"
        np.testing.assert_allclose([p for _, p in points], [p for _, p in answer["points"]],
                                   rtol=1e-6, atol=1e-15)
        found += len(points)
    assert found > 300 and any(not points for points in mine)


def test_same_split(asker, otava):
    cases = [case for case in draw_cases(200) if len(case[0]) <= 80]
    answers = asker.ask_all([("split", list(np.log(series))) for series, _, _ in cases])
    for mine, other in zip(answers, theirs(otava, cases, True, True)):
        assert int(mine[0]) == other["split"][0]
        assert mine[1] == pytest.approx(other["split"][1], rel=1e-9)


def test_as_published(asker, otava):
    """Otava as it is, and with one of the two mended: how often the points are the same."""
    cases = draw_cases(500)
    mine = [indexes(points) for points in ours(asker, cases)]
    for sample_sd, both_neighbours in [(False, False), (True, False), (False, True)]:
        other = theirs(otava, cases, sample_sd, both_neighbours)
        same = sum(points == indexes(answer["points"]) for points, answer in zip(mine, other))
        print(f"apache-otava, sample sd {sample_sd}, both neighbours {both_neighbours}: "
              f"the same points in {same} of {len(cases)} series")
        assert same >= 0.9 * len(cases)
