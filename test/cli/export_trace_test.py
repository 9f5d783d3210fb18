"""export --as trace: what is written where, and what is refused."""
import gzip
import hashlib
import json
import os
import pathlib
import re
import resource
import signal
import stat
import subprocess

import pytest

from support import BUILD, SHORT, Lab, one_sentence


@pytest.fixture(scope="module", params=["protobuf", "json"])
def stored(tmp_path_factory, request):
    """A run of traced launches of two arms, one of them with a parameter in its name."""
    lab = Lab(tmp_path_factory.mktemp("export"))
    words = [word for word in SHORT if word not in ("--trace", "off")]
    done = lab.run("run", "ping", "--arms", "gc/worker/churn,GOGC=off", "--arms", "js/worker/idle", "--blocks", "1", *words,
                   "--trace", "all", "--trace-format", request.param, "--json")
    assert done.returncode in (0, 4), done.stderr
    lab.run_id = json.loads(done.stdout)["run"]
    yield lab
    lab.close()


def traces(lab):
    return lab.query("SELECT l.number, l.arm, a.path, a.sha256 FROM artefact a JOIN launch l ON l.row = a.launch "
                     "WHERE a.kind = 'trace' ORDER BY l.number")


def file_name(lab, number, arm):
    return f"{lab.run_id}-{number}-{re.sub('[,=]', '-', arm.replace('/', '.'))}.json"


def json_of(lab, path):
    """As Chromium wrote it, or what trace/ makes of its protobuf."""
    file = lab.results / path
    if file.name == "trace.pftrace.gz":
        return subprocess.run([BUILD / "test/trace/trace_dump", file, "json"], capture_output=True, check=True, timeout=60).stdout
    assert file.name == "trace.json.gz"
    return gzip.decompress(file.read_bytes())


def test_every_trace_is_a_file_of_json(stored, tmp_path):
    out = tmp_path / "new" / "folder"
    done = stored.run("export", "last", "--as", "trace", "-o", out)
    assert done.returncode == 0 and done.stdout == "", done.stderr
    rows = traces(stored)
    assert rows
    names = {file_name(stored, number, arm): path for number, arm, path, _ in rows}
    assert any(name.endswith("-gc.worker.churn-GOGC-off.json") for name in names)
    assert set(os.listdir(out)) == set(names)
    for name, path in names.items():
        data = (out / name).read_bytes()
        assert data == json_of(stored, path)
        assert json.loads(data)["traceEvents"]
        assert re.search(rf"{name}: launch \d+, \S+, {len(data) / 1e6:.1f} MB, (whole|lossy: .+)$", done.stderr, re.M)
        assert stat.S_IMODE((out / name).stat().st_mode) & 0o133 == 0


def test_what_is_there_is_not_replaced(stored, tmp_path):
    number, arm, _, _ = traces(stored)[-1]
    taken = tmp_path / file_name(stored, number, arm)
    taken.write_text("mine")
    done = stored.run("export", "last", "--as", "trace", "-o", tmp_path)
    assert done.returncode == 2 and "not replaced" in one_sentence(done)
    assert os.listdir(tmp_path) == [taken.name] and taken.read_text() == "mine"


def test_one_launch_to_standard_output(stored):
    number, _, path, _ = traces(stored)[0]
    for words in (["-o", "-"], []):
        done = subprocess.run(stored.arguments("export", f"last:{number}", "--as", "trace", *words), env=stored.environment,
                              capture_output=True, timeout=60)
        assert done.returncode == 0 and done.stdout == json_of(stored, path)


def test_json_lists_what_was_written(stored, tmp_path):
    document = stored.json("export", stored.run_id, "--as", "trace", "-o", tmp_path / "out")
    assert document["run"] == stored.run_id
    for trace, (number, arm, path, sha256) in zip(document["traces"], traces(stored), strict=True):
        assert (trace["launch"], trace["arm"], trace["stored_sha256"]) == (number, arm, sha256)
        assert pathlib.Path(trace["path"]).stat().st_size == trace["bytes"]
        assert trace["lost"] is None or trace["lossy"]


def test_quiet(stored, tmp_path):
    done = stored.run("export", "last", "--as", "trace", "-o", tmp_path, "--quiet")
    assert done.returncode == 0 and done.stdout == done.stderr == ""


@pytest.mark.parametrize("place, says", [("file", "this is none"), ("new.json", "into a folder"),
                                         ("new.pftrace", "into a folder")])
def test_a_file_is_no_folder(stored, tmp_path, place, says):
    (tmp_path / "file").write_text("mine")
    done = stored.run("export", "last", "--as", "trace", "-o", tmp_path / place)
    assert done.returncode == 2 and says in one_sentence(done)
    assert os.listdir(tmp_path) == ["file"]


def test_formats_that_there_are_not(stored):
    done = stored.run("export", "last", "--as", "systrace")
    assert done.returncode == 2 and "csv, json, trace, perfetto, cpuprofile or heapsnapshot" in one_sentence(done)


def test_a_run_without_traces(lab, tmp_path):
    assert lab.run("run", "null", "--blocks", "1", *SHORT).returncode in (0, 4)
    done = lab.run("export", "last", "--as", "trace", "-o", tmp_path / "out")
    assert done.returncode == 2 and "has no traces" in one_sentence(done)
    done = lab.run("export", "last:1", "--as", "trace")
    assert done.returncode == 2 and "launch 1" in one_sentence(done) and not (tmp_path / "out").exists()


@pytest.fixture
def spoilt(stored):
    """The first trace's stored file, which the test may spoil."""
    number, _, path, _ = traces(stored)[0]
    file = stored.results / path
    kept = file.read_bytes()
    yield number, file
    file.write_bytes(kept)


def test_a_trace_that_was_changed_is_not_given_out(stored, spoilt, tmp_path):
    number, file = spoilt
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    done = stored.run("export", f"last:{number}", "--as", "trace", "-o", tmp_path / "out")
    assert done.returncode == 3 and "was changed after it was recorded" in one_sentence(done)
    assert hashlib.sha256(data).hexdigest() in done.stderr and not os.listdir(tmp_path / "out")
    done = stored.run("export", f"last:{number}", "--as", "trace")
    assert done.returncode == 3 and done.stdout == ""


def test_a_trace_that_is_gone(stored, spoilt, tmp_path):
    number, file = spoilt
    file.unlink()
    done = stored.run("export", f"last:{number}", "--as", "trace", "-o", tmp_path / "out")
    assert done.returncode == 3 and "is gone" in one_sentence(done)
    assert not os.listdir(tmp_path / "out")


def test_a_disk_that_is_full_leaves_no_part(stored, tmp_path):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200000, 200000))  # the database needs some
    done = stored.run("export", "last", "--as", "trace", "-o", tmp_path / "out", preexec_fn=limit)
    assert done.returncode == 3 and "cannot write" in one_sentence(done)
    assert not os.listdir(tmp_path / "out")
    number = traces(stored)[0][0]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(stored.arguments("export", f"last:{number}", "--as", "trace"), env=stored.environment,
                              stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 3 and "No space left" in done.stderr
