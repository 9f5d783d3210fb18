"""Collections of the instrumented TinyGo guest, as the import hears them, against what the runtime itself says: objects
freed, and collections asked for."""
import pytest

from twins_test import guests, run_guest  # noqa: F401  (a fixture)

SEED = [1, 2, 3, 4]


@pytest.fixture
def tinygo(guests):  # noqa: F811
    return guests["tinygo"]


def heard(guest, *runs):
    return run_guest({**guest, "watch": True, "runs": runs})["heard"]


def test_every_collection_is_heard_and_no_other(tinygo):
    """Each step allocates one object and its goroutine's stack, so that no two collections lie between two readings: the
    count of collections and the runtime's count of freed objects then move together or not at all."""
    churn = {"load": "churn", "seed": SEED, "size": 1, "steps": 2000}
    log = heard(tinygo, churn)["log"]
    moves = [(now[0] > before[0], now[1] - before[1]) for before, now in zip(log, log[1:])]
    assert {(True, 1), (False, 0)} == set(moves)
    assert sum(count for _, count in moves) > 50


def test_collections_that_were_asked_for(tinygo):
    """collect() reads the clock twice, before and after: those calls of the same import are the program's own. The heap
    has room, so that no call's stack needs a collection."""
    hash_ = {"load": "hash", "seed": SEED, "size": 3000000, "steps": 0}
    few, more = (heard(tinygo, {**hash_, "collect": count}) for count in (5, 20))
    assert more["begins"] - few["begins"] == 30
    assert (few["own"], more["own"]) == (20, 80)


@pytest.mark.parametrize("load, size, steps", [("idle", 0, 500), ("churn", 128000, 300), ("hash", 1000000, 40)])
def test_begin_and_end_come_in_pairs(tinygo, load, size, steps):
    answer = heard(tinygo, {"load": load, "seed": SEED, "size": size, "steps": steps})
    assert answer["begins"] == answer["ends"] > 0


def test_instrumenting_changes_nothing_that_the_guest_does(tinygo):
    """The compiler's own output gives the same digests and the same statistics of its heap."""
    runs = [{"load": "churn", "seed": SEED, "size": 128000, "steps": 200, "collect": 1},
            {"load": "hash", "seed": SEED, "size": 100000, "steps": 20}]
    instrumented = run_guest({**tinygo, "runs": runs})
    compiled = run_guest({**tinygo, "file": tinygo["compiled"], "runs": runs})
    assert instrumented == compiled
    assert heard({**tinygo, "file": tinygo["compiled"]}, *runs)["begins"] == 0
