"""test/bench/install with an npm, a node and a Go that are played: which versions it chooses, and that it asks for
nothing twice."""
import os
import pathlib
import shutil
import subprocess

import pytest

BENCH = pathlib.Path(__file__).resolve().parent

NPM = r"""
echo "npm $*" >>"$PLAYED/log"
[ ! -e "$PLAYED/npm-fails" ] || exit 1
while [ "$1" != --prefix ]; do shift; done
mkdir -p "$2/node_modules/${!#%@*}"
"""

# Builds what PLAYED/builds names: lines "VERSION TAG", TAG being - for none.
GO = r"""
case $1 in
env) cat "$PLAYED/go-version"; exit ;;
esac
echo "go $*" >>"$PLAYED/log"
case $1 in
list) echo "github.com/chromedp/chromedp v0.9.5 v0.11.0 v0.23.0 v0.20.0" ;;
get)
	version=${2##*@}
	grep -q "^$version " "$PLAYED/builds" || { echo "go: $2 requires go >= 1.25 (running go 1.22)" >&2; exit 1; }
	echo "$version" >"$PLAYED/got" ;;
build)
	case " $* " in *" -tags classic "*) tag=classic ;; *) tag=- ;; esac
	grep -qx "$(cat "$PLAYED/got") $tag" "$PLAYED/builds" || { echo "undefined: chromedp.Listen" >&2; exit 1; }
	touch client ;;
esac
"""


class Played:
    def __init__(self, folder):
        self.folder = folder
        self.tree = folder / "tree"
        shutil.copytree(BENCH, self.tree / "test/bench", ignore=shutil.ignore_patterns("__pycache__"))
        self.programs = folder / "programs"
        self.programs.mkdir()
        for name, body in [("npm", NPM), ("go", GO), ("node", 'echo "v$(cat "$PLAYED/node-version")"')]:
            program = self.programs / name
            program.write_text("#!/bin/bash\n" + body)
            program.chmod(0o755)
        # Newer than any Go that is really here.
        self.write("go-version", "go99.1")
        self.write("node-version", "20.1.0")
        self.write("builds", "v0.11.0 classic", "v0.20.0 -", "v0.9.5 classic")
        self.write("log")

    def write(self, name, *lines):
        (self.folder / name).write_text("".join(line + "\n" for line in lines))

    def install(self):
        """(exit status, what was asked of npm and Go, stderr)"""
        self.write("log")
        environment = dict(os.environ, PATH=f"{self.programs}:/usr/bin:/bin", PLAYED=str(self.folder))
        done = subprocess.run([str(self.tree / "test/bench/install")], env=environment, capture_output=True, text=True,
                              timeout=60, check=False)
        return done.returncode, (self.folder / "log").read_text().splitlines(), done.stderr

    def version(self):
        return (self.tree / "build/bench/chromedp/version").read_text().strip()


@pytest.fixture
def played(tmp_path):
    return Played(tmp_path)


def test_newest_that_this_go_builds(played):
    status, asked, said = played.install()
    assert status == 0
    assert played.version() == "v0.20.0"
    assert "chromedp v0.23.0: requires go >= 1.25" in said
    assert any(line.startswith("npm install") and line.endswith("puppeteer-core@>=20") for line in asked)
    assert any(line.startswith("npm install") and line.endswith("playwright-core@>=1.40") for line in asked)
    assert not any("v0.11.0" in line or "v0.9.5" in line for line in asked)


def test_an_old_go_gets_the_old_api(played):
    played.write("builds", "v0.9.5 classic", "v0.11.0 classic")
    assert played.install()[0] == 0
    assert played.version() == "v0.11.0"
    assert (played.tree / "build/bench/chromedp/client").exists()


def test_nothing_is_asked_twice_but_after_a_change(played):
    assert played.install()[1]
    assert played.install() == (0, [], "")
    played.write("node-version", "22.1.0")
    asked = played.install()[1]
    assert len(asked) == 2 and all(line.startswith("npm ") for line in asked)
    played.write("go-version", "go99.2")
    asked = played.install()[1]
    assert asked and all(line.startswith("go ") for line in asked)
    source = played.tree / "test/bench/chromedp/main.go"
    source.write_text(source.read_text() + "\n")
    asked = played.install()[1]
    assert asked and all(line.startswith("go ") for line in asked)


def test_without_network(played):
    played.write("npm-fails")
    status, _, said = played.install()
    assert status == 3 and "npm cannot install puppeteer-core" in said
    (played.folder / "npm-fails").unlink()
    played.write("builds")
    status, _, said = played.install()
    assert status == 3 and "go99.1 builds no chromedp" in said
    played.write("builds", "v0.23.0 -")
    assert played.install()[0] == 0
    assert played.version() == "v0.23.0"
