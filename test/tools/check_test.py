"""tools/check: every test runs, once, and in the order that it promises."""
import importlib.machinery
import importlib.util
import pathlib
import threading
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def check():
    loader = importlib.machinery.SourceFileLoader("check", str(ROOT / "tools/check"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("check", loader))
    loader.exec_module(module)
    return module


def test_every_file_of_python_tests_is_in_one_group(check):
    files = [file for _, group in check.python_groups() for file in group]
    assert sorted(files) == sorted(ROOT.glob("test/*/*_test.py"))
    names = [name for name, _ in check.python_groups()]
    assert len(names) == len(set(names)), "reports are named by the group"


def test_what_is_named_is_there(check, tmp_path):
    """A name that no job has any more would be an order, or a quiet, that nobody gets."""
    names = [job.name for suite in check.OF_A_CHECK for job in check.SUITES[suite](tmp_path)]
    for listed in [*check.LONGEST, *check.ALONE]:
        assert any(name.startswith(listed) for name in names), listed


def test_groups_are_alone_as_a_whole(check):
    for name, group in check.python_groups():
        assert len({check.is_alone(file) for file in group}) == 1, name


def test_stages_follow_each_other_and_only_the_last_is_one_by_one(check):
    lock, inside, begun, most = threading.Lock(), [], [], {}

    def job(stage):
        def run():
            with lock:
                begun.append(stage)
                inside.append(stage)
                most[stage] = max(most.get(stage, 0), len(inside))
                assert set(inside) == {stage}
            time.sleep(0.05)
            with lock:
                inside.remove(stage)
            return 1, 0
        return check.Job("any", run, stage)

    stages = (check.FIRST, check.BESIDE, check.BY_ITSELF)
    assert check.execute_jobs([job(stage) for _ in range(6) for stage in stages]) == [(1, 0)] * 18
    assert begun == sorted(begun) and most[check.BY_ITSELF] == 1
    assert all(most[stage] <= check.workers(stage) for stage in stages)


def test_after_an_interrupt_nothing_more_begins(check):
    begun = []

    def interrupted():
        raise KeyboardInterrupt

    def slow():
        begun.append(1)
        time.sleep(0.3)
        return 1, 0

    jobs = [check.Job("any", run, check.BY_ITSELF) for run in (interrupted, *[slow] * 5)]
    with pytest.raises(KeyboardInterrupt):
        check.execute_jobs(jobs)
    assert len(begun) <= 1, "but for what began before it was noticed"


def test_the_longest_begin_first(check, monkeypatch):
    begun = []

    def job(name):
        return check.Job(name, lambda: begun.append(name) or (1, 0), check.BY_ITSELF)

    monkeypatch.setattr(check, "LONGEST", ["long", "shorter"])
    check.execute_jobs([job("other"), job("shorter 1"), job("long 2")])
    assert begun == ["long 2", "shorter 1", "other"]
