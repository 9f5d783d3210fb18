"""Claims that the published probes refute, where they are right: the same probes see that, too."""
import json

import pytest

from support import Lab, copy_probe, edit_json

PANICS = "package main\n\nfunc main() { panic(\"out of memory\") }\n"
BUILDS = "package main\n\nfunc main() { println(new(int) != nil) }\n"
ARMS = {
    "unsafe-tinygo/main/compile": ("C43", "TinyGo"),
    "unsafe-gc/main/compile": ("C43", "Go's compiler"),
    "no-gc-empty/main/link": ("C42", "an empty main, -scheduler=none"),
    "wasi-no-gc/main/link": ("C42", "target wasi"),
}


@pytest.fixture(scope="module")
def allocators(tmp_path_factory):
    """unsafe.Alloc compiles, and what has no allocator links and panics."""
    lab = Lab(tmp_path_factory.mktemp("allocators"))
    probe = copy_probe(lab.folder, "allocators")
    (probe / "guests/unsafealloc/main.go").write_text(BUILDS)
    for guest in ("empty", "wasi"):
        (probe / "guests" / guest / "main.go").write_text(PANICS)

    def give_an_allocator(document):
        for guest in document["guests"]:
            if guest["name"] in ("no-gc-empty", "wasi-no-gc"):
                guest["options"] = {"gc": "leaking"}
    edit_json(probe / "probe.json", give_an_allocator)
    lab.done = lab.run("run", probe, "--blocks", "2", *(word for arm in ARMS for word in ("--arms", arm)), "--json", "--wait")
    yield lab
    lab.close()


def test_what_is_right_is_confirmed(allocators):
    document = json.loads(allocators.done.stdout)
    found = {(claim["id"], claim["reading"]): claim for claim in document["claims"] if claim["arm"] in ARMS}
    for claim in ARMS.values():
        assert found[claim]["verdict"] == "confirmed", found[claim]
