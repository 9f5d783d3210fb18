"""A TinyGo guest whose collections cannot be counted is measured all the same, and everybody is told."""
import json

from support import SHORT, copy_probe

WARNING = "guest tinygo: the module is not instrumented: it has no function named runtime.runGC"


def test_what_cannot_be_counted_is_told(lab, tmp_path):
    probe = copy_probe(tmp_path)
    source = probe / "guests/go/main.go"
    text = source.read_text()
    assert "runtime.GC()" in text  # without it the compiler inlines the collector into the allocator
    source.write_text(text.replace("runtime.GC()", "runtime.Gosched()"))
    done = lab.run("run", probe, *SHORT, "--arms", "tinygo/worker/churn", "--blocks", "1", "--trace", "off", "--wait")
    assert "guest tinygo of probe ping: the module is not instrumented" in done.stderr
    (outcome, report), *_ = lab.query("SELECT outcome, report FROM launch")
    assert outcome in ("valid", "void")
    guest = json.loads(report)["work"]["guest"]
    assert guest["frees"] > 0 and "collections" not in guest
    shown = " ".join(lab.run("show", "last").stdout.split())
    assert WARNING in shown, shown
