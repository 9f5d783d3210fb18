"""run --guest: programs from elsewhere, in a real browser; and everything that can be wrong with one."""
import hashlib
import json
import shutil
import subprocess

import pytest

from support import BUILD, SHORT, SOURCE, one_sentence

C_BUILD = SOURCE / "test/guests/c/build"
QUICK = [*SHORT, "--trace", "off", "--blocks", "1", "--wait", "--param", "hash_bytes=300000", "--param", "hash_period_ms=60"]


@pytest.fixture(scope="module")
def c_guest(tmp_path_factory):
    path = tmp_path_factory.mktemp("c") / "ping-c.wasm"
    subprocess.run([C_BUILD, path], check=True)
    return path


@pytest.fixture(scope="module")
def tinygo():
    """(module, glue) as anybody's own build of the guest would lie somewhere."""
    done = subprocess.run([BUILD / "wasmograph", "build", "ping", "--json"], capture_output=True, text=True, check=True)
    record = next(b for b in json.loads(done.stdout)["builds"] if b["guest"] == "tinygo")
    folder = SOURCE / "build/guests" / record["inputs"]
    return folder / record["compiled"]["output"], folder / record["glue"]


def measured(lab, *words):
    """One run; the outcome of each arm's last launch. Work is judged before disturbance: a void launch too has done
    what the load says."""
    done = lab.run("run", "ping", *QUICK, *words)
    outcomes = dict(lab.query("SELECT arm, outcome FROM launch ORDER BY number"))
    assert set(outcomes.values()) <= {"valid", "void"}, lab.query("SELECT arm, outcome, reason FROM launch") or done.stderr
    return outcomes


def test_plain_c_on_both_threads(lab, c_guest):
    """Its digests are checked by the daemon like those of any guest: a valid launch has done its work."""
    outcomes = measured(lab, "--guest", c_guest, "--arms", "ping-c/*/*")
    assert set(outcomes) == {f"ping-c/{thread}/{load}" for thread in ("worker", "main")
                             for load in ("idle", "churn", "hash")}
    for report, in lab.query("SELECT report FROM launch WHERE arm LIKE '%/churn'"):
        guest = json.loads(report)["work"]["guest"]
        assert guest["objects"] > 0 and guest["heap_bytes"] > 800000 and "collections" not in guest
    sha256 = hashlib.sha256(c_guest.read_bytes()).hexdigest()
    assert {build for build, in lab.query("SELECT build FROM launch")} == {sha256}
    kept = lab.results / "builds" / sha256
    assert (kept / "guest.wasm").read_bytes() == c_guest.read_bytes()
    record = json.loads((kept / "build.json").read_text())
    assert (record["guest"], record["toolchain"], record["command"]) == ("ping-c", "wasm", None)


def test_plain_c_answers_by_itself(lab, c_guest):
    outcomes = measured(lab, "--guest", c_guest, "--arms", "ping-c/*/churn", "--param", "responder=guest")
    assert set(outcomes) == {"ping-c/worker/churn", "ping-c/main/churn"}


def test_looked_at_later(lab, c_guest):
    """The probe has no such guest any more: the stored run still is shown, and suggests nothing that cannot be run."""
    measured(lab, "--guest", f"mine={c_guest}", "--arms", "mine/worker/churn", "--arms", "js/worker/churn")
    shown = lab.run("show", "last")
    assert shown.returncode == 0, shown.stderr
    assert "mine/worker/churn" in shown.stdout
    assert "wasmograph run ping" not in shown.stdout
    assert lab.run("export", "last", "--as", "csv", "-o", lab.folder / "samples.csv").returncode == 0


def test_go_with_its_own_glue(lab, tinygo):
    module, glue = tinygo
    outcomes = measured(lab, "--guest", f"mine={module}", "--glue", glue, "--toolchain", "tinygo", "--arms",
                           "mine/worker/churn", "--arms", "tinygo/worker/churn")
    assert set(outcomes) == {"mine/worker/churn", "tinygo/worker/churn"}
    builds = dict(lab.query("SELECT arm, build FROM launch"))
    assert builds["mine/worker/churn"] == hashlib.sha256(module.read_bytes()).hexdigest()
    kept = [path.name for path in (lab.results / "builds" / builds["mine/worker/churn"]).iterdir()]
    assert glue.name in kept


def test_javascript_and_several_at_once(lab):
    source = SOURCE / "probes/ping/guests/js/guest.js"
    other = lab.folder / "other.js"
    other.write_text(source.read_text() + "\n// another build\n")
    outcomes = measured(lab, "--guest", f"a={source}", "--guest", other, "--toolchain", "js", "--arms", "a/worker/churn",
                           "--arms", "other/worker/churn")
    assert set(outcomes) == {"a/worker/churn", "other/worker/churn"}
    assert len({build for build, in lab.query("SELECT build FROM launch")}) == 2


def test_one_that_does_no_work_fails(lab, tmp_path):
    """A module that counts its steps and does nothing in them: its digest is not that of the load."""
    (tmp_path / "liar.wat").write_text(
        '(module (global $steps (mut i32) (i32.const 0)) (func (export "init") (param i32 i32 i32 i32 i32 i32))'
        '(func (export "step") (global.set $steps (i32.add (global.get $steps) (i32.const 1))))'
        '(func (export "result_steps") (result i32) global.get $steps)'
        '(func (export "result_digest") (result i32) i32.const 7))')
    subprocess.run(["wat2wasm", tmp_path / "liar.wat", "-o", tmp_path / "liar.wasm"], check=True)
    done = lab.run("run", "ping", *QUICK, "--guest", tmp_path / "liar.wasm", "--arms", "liar/worker/churn")
    assert done.returncode == 4
    for outcome, reason in lab.query("SELECT outcome, reason FROM launch"):
        assert outcome == "failed" and reason.startswith("guest liar returned digest 00000007 for "), reason


@pytest.fixture
def files(tmp_path, c_guest):
    """Names to use in MISUSES."""
    shutil.copy(c_guest, tmp_path / "good.wasm")
    shutil.copy(c_guest, tmp_path / "2good.wasm")
    (tmp_path / "text.wasm").write_text("hello\n")
    (tmp_path / "empty.wasm").touch()
    (tmp_path / "cut.wasm").write_bytes(c_guest.read_bytes()[:400])
    (tmp_path / "glue.js").write_text("// glue\n")
    modules = {
        "bare": '(module (func (export "init")) (memory (export "step") 1) (func (export "result_digest")))',
        "wasi": '(module (import "wasi_snapshot_preview1" "fd_write" (func)) (func (export "init")))',
    }
    for name, text in modules.items():
        (tmp_path / "a.wat").write_text(text)
        subprocess.run(["wat2wasm", tmp_path / "a.wat", "-o", tmp_path / f"{name}.wasm"], check=True)
    return tmp_path


MISUSES = [
    (["--guest", "nosuch.wasm"], "nosuch.wasm: there is no such file"),
    (["--guest", "."], "is a folder"),
    (["--guest", "text.wasm"], "does not begin with the header"),
    (["--guest", "empty.wasm"], "does not begin with the header"),
    (["--guest", "cut.wasm"], "module is broken"),
    (["--guest", "glue.js"], "does not begin with the header"),
    (["--guest", "bare.wasm"], "exports no function named: step, result_steps (docs"),
    (["--guest", "wasi.wasm"], "imports fd_write from wasi_snapshot_preview1, and toolchain wasm starts modules without"),
    (["--guest", "2good.wasm"], '"2good" cannot be a guest\'s name'),
    (["--guest", "none=good.wasm"], '"none" cannot be a guest\'s name'),
    (["--guest", "gc=good.wasm"], "probe ping has a guest named gc already"),
    (["--guest", "good.wasm", "--guest", "good.wasm"], "probe ping has a guest named good already"),
    (["--guest", "good.wasm", "--toolchain", "rust"], 'There is no toolchain "rust"'),
    (["--guest", "good.wasm", "--glue", "glue.js"], "toolchain wasm starts its guests (wasm-exports) without a glue"),
    (["--guest", "good.wasm", "--toolchain", "js", "--glue", "glue.js"], "toolchain js starts its guests (js-module)"),
    (["--guest", "good.wasm", "--toolchain", "gc"], "give the wasm_exec.js of the compiler"),
    (["--guest", "good.wasm", "--toolchain", "gc", "--glue", "no.js"], "--glue no.js: there is no such file"),
    (["--guest", "good.wasm", "--arms", "goood/*"], "goood/*"),
    (["--guest", "good.wasm", "--param", "hash_bytes=1"], "hash_bytes"),
    (["--glue", "glue.js"], "--glue is for a guest given with --guest, and there is none"),
    (["--toolchain", "gc"], "--toolchain is for a guest given with --guest, and there is none"),
]


@pytest.mark.parametrize("words, says", MISUSES, ids=[" ".join(row[0]) for row in MISUSES])
def test_misuse_is_one_sentence(lab, files, words, says):
    done = lab.run("run", "ping", *words, cwd=files)
    assert done.returncode == 2, done.stderr
    assert says in one_sentence(done)
    assert done.stdout == ""
    assert not lab.results.exists()
