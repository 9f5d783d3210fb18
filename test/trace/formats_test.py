"""Separate launches of the same workload give the same in both formats: here what two launches of each can show; `make faults`
has ten of each."""
import formats
import pytest
from support import Lab


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("formats"))
    try:
        yield formats.record(lab, 2)
    finally:
        lab.close()


def test_the_same_answers(found):
    formats.check_facts(found)


def test_the_same_events(found):
    assert not formats.gross_differences(found)
    assert all(len(formats.keys(found, what)) > 50 for what in ("counts", "times", "numbers", "words"))


def test_what_is_missing_is_found(found):
    """The comparison is none that cannot fail."""
    half = {"json": found["json"], "protobuf": found["json"]}
    assert not formats.gross_differences(half)
    for what in ("counts", "times", "words"):
        kept = [getattr(launch, what) for launch in found["protobuf"]]
        key = max((key for key in kept[0] if all(key in rows for rows in kept)), key=lambda key: found["json"][0].counts[key[:3]])
        for launch in found["protobuf"]:
            value = getattr(launch, what)[key]
            setattr(launch, what, {**getattr(launch, what), key: {"other"} if what == "words" else 3 * value + 100})
        assert [row for row in formats.gross_differences(found) if row[1] == key], what
        for launch, rows in zip(found["protobuf"], kept):
            setattr(launch, what, rows)
