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
    done = check.execute_jobs([job(stage) for _ in range(6) for stage in stages])
    assert [result for _, result in done] == [(1, 0)] * 18
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


def outcomes(check, name, *results, again=True):
    """A job that comes out so the first time, and so the second."""
    left = list(results)
    return check.Job(name, lambda: left.pop(0), check.BY_ITSELF, again)


def test_what_failed_by_accident_is_named_and_counts_as_it_comes_out_by_itself(check):
    jobs = [outcomes(check, "sound", (4, 0)), outcomes(check, "shaken", (2, 1), (3, 0)), outcomes(check, "broken", (1, 1), (0, 2))]
    results, remark = check.execute_again(check.execute_jobs(jobs))
    assert sorted(results) == [(0, 2), (3, 0), (4, 0)]
    assert "shaken" in remark and "broken" not in remark and "sound" not in remark


def test_nothing_runs_again_when_all_passed_or_much_failed_or_accidents_are_out_of_the_question(check):
    for jobs in ([outcomes(check, "sound", (1, 0))], [outcomes(check, str(i), (0, 1)) for i in range(check.AGAIN_MAX + 1)],
                 [outcomes(check, "lint", (0, 1), again=False), outcomes(check, "other", (0, 1))]):
        first = [(1, 0) if job.name == "sound" else (0, 1) for job in jobs]
        assert check.execute_again(check.execute_jobs(jobs)) == (first, "")


def test_only_what_meets_the_machine_may_run_again(check, tmp_path):
    jobs = [job for suite in check.OF_A_CHECK for job in check.SUITES[suite](tmp_path)]
    certain = {job.name.split()[0] for job in jobs if not job.again}
    assert certain == {"lint", "layers", "guests", "web"}
