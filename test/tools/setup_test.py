"""tools/setup and tools/install-tinygo on machines that are played: apt-get, dpkg-query and the others are replaced by
programs that answer as the real ones do (and end with the status that the real ones end with), on a machine whose
installed and known packages are two files."""
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETUP = ROOT / "tools/setup"
INSTALL_TINYGO = ROOT / "tools/install-tinygo"
ENVIRONMENT_CANNOT = 3

# dpkg-query -W prints what it knows, complains of each package it has never heard of, and then ends with 1. A removed
# package whose configuration stayed is known, and not installed.
DPKG_QUERY = r"""
status=0
for package in "$@"; do
	case $package in -*) continue ;; esac
	if grep -qx "$package" "$MACHINE/installed"; then echo "$package installed"
	elif grep -qx "$package" "$MACHINE/removed"; then echo "$package config-files"
	else echo "dpkg-query: no packages found matching $package" >&2; status=1; fi
done
exit $status
"""

APT_GET = r"""
echo "$*" >>"$MACHINE/apt-get.log"
case " $* " in
*" indextargets "*) cat "$MACHINE/sites" ;;
*" update "*) exit "$(cat "$MACHINE/update-status")" ;;
*" install "*)
	while [ "$1" != install ]; do shift; done
	shift
	for package in "$@"; do
		case $package in -*) continue ;; esac
		grep -qx "$package" "$MACHINE/unavailable" && { echo "E: Unable to locate package $package" >&2; exit 100; }
		grep -qx "$package" "$MACHINE/silent" || echo "$package" >>"$MACHINE/installed"
	done ;;
esac
"""

APT_CACHE = r"""
grep -qx "$2" "$MACHINE/unavailable" && { echo "E: No packages found" >&2; exit 100; }
echo "Package: $2"
"""

# Go as far as tools/install-tinygo uses it: writes a TinyGo into GOBIN and its module into GOMODCACHE.
GO = r"""
echo "$*" >>"$MACHINE/go.log"
case $1 in
env) echo amd64 ;;
version) printf '\tmod\tgithub.com/tinygo-org/tinygo\tv0.31.2\t%s\n' "$(cat "$MACHINE/module-hash")" ;;
install)
	env >"$MACHINE/go.environment"
	[ ! -e "$MACHINE/go-fails" ] || { echo 'dial tcp: lookup proxy: no such host' >&2; exit 1; }
	module=$GOMODCACHE/github.com/tinygo-org/tinygo@v0.31.2
	mkdir -p "$GOBIN" "$module/src/runtime" "$module/targets" "$module/lib"
	touch "$module/LICENSE" "$module/targets/wasm_exec.js"
	printf '#!/bin/sh\necho tinygo version 0.31.2\n' >"$GOBIN/tinygo"
	chmod 755 "$GOBIN/tinygo" ;;
esac
"""


class Machine:
    """An empty Debian 12, TinyGo and Otava apart, which are there already unless a test takes them away."""

    def __init__(self, folder):
        self.folder = folder
        self.programs = folder / "programs"
        self.programs.mkdir()
        for name in ("installed", "removed", "unavailable", "silent", "apt-get.log", "go.log"):
            (folder / name).touch()
        (folder / "update-status").write_text("0\n")
        (folder / "module-hash").write_text(self.published_hash() + "\n")
        (folder / "sites").write_text("https://mirror.invalid/debian|bookworm|Debian\n")
        for name, body in (("dpkg-query", DPKG_QUERY), ("apt-get", APT_GET), ("apt-cache", APT_CACHE), ("go", GO),
                           ("sudo", 'exec "$@"'), ("tee", 'cat >"$MACHINE/written"; echo "$1" >"$MACHINE/written-to"')):
            program = self.programs / name
            program.write_text("#!/bin/bash\n" + body)
            program.chmod(0o755)
        self.tinygo = folder / "cache/wasmograph/tinygo-0.31.2"
        self.tinygo.mkdir(parents=True)
        (self.tinygo / "ready").touch()

    @staticmethod
    def published_hash():
        text = INSTALL_TINYGO.read_text()
        return text.split("module_hash=")[1].split()[0]

    def run(self, program, *arguments):
        environment = {"PATH": f"{self.programs}:/usr/bin:/bin", "MACHINE": str(self.folder), "HOME": str(self.folder),
                       "XDG_CACHE_HOME": str(self.folder / "cache"), "GO": str(self.programs / "go")}
        return subprocess.run([str(program), *arguments], env=environment, capture_output=True, text=True, timeout=60,
                              check=False)

    def setup(self, mode="run"):
        return self.run(SETUP, mode)

    def install_tinygo(self):
        return self.run(INSTALL_TINYGO)

    def lines(self, name):
        return (self.folder / name).read_text().splitlines()

    def installs(self):
        return [line for line in self.lines("apt-get.log") if " install " in f" {line} "]

    def without_tinygo(self):
        (self.tinygo / "ready").unlink()
        self.tinygo.rmdir()

    def left_in_cache(self):
        return sorted(p.name for p in self.tinygo.parent.iterdir())


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


# ---- packages ----

def test_an_empty_machine_gets_everything(machine):
    done = machine.setup()
    assert done.returncode == 0, done.stderr
    installed = machine.lines("installed")
    for package in ("gcc", "chromium", "golang-1.22-go", "clang-15", "wasi-libc", "libwslay-dev"):
        assert package in installed
    assert "missing packages: " in done.stderr


def test_a_whole_machine_is_left_alone(machine):
    machine.setup()
    (machine.folder / "apt-get.log").write_text("")
    done = machine.setup()
    assert (done.returncode, done.stderr, machine.lines("apt-get.log")) == (0, "", [])


def test_only_what_is_missing_is_installed(machine):
    machine.setup()
    others = [p for p in machine.lines("installed") if p not in ("binaryen", "lld-15")]
    (machine.folder / "installed").write_text("\n".join(others) + "\n")
    (machine.folder / "removed").write_text("lld-15\n")
    (machine.folder / "apt-get.log").write_text("")
    assert machine.setup().returncode == 0
    assert [line.split("--no-install-recommends ")[1] for line in machine.installs()] == ["binaryen lld-15"]


def test_what_apt_did_not_install_is_told(machine):
    (machine.folder / "silent").write_text("chromium\n")
    done = machine.setup()
    assert done.returncode == ENVIRONMENT_CANNOT
    assert done.stderr.splitlines()[-1] == "setup: still missing after apt-get install: chromium"


def test_a_package_that_apt_does_not_know_is_told(machine):
    (machine.folder / "unavailable").write_text("libwslay-dev\n")
    done = machine.setup()
    assert done.returncode == ENVIRONMENT_CANNOT
    assert "Unable to locate package libwslay-dev" in done.stderr
    assert "apt-get install failed; still missing: " in done.stderr


def test_no_network_is_told(machine):
    (machine.folder / "update-status").write_text("100\n")
    done = machine.setup()
    assert done.returncode == ENVIRONMENT_CANNOT
    assert "apt-get update failed (no network?); still missing: " in done.stderr
    assert machine.installs() == []


def test_backports_of_the_own_mirror_are_added_for_go(machine):
    (machine.folder / "unavailable").write_text("golang-1.22-go\n")
    done = machine.setup()
    assert "adding the suite bookworm-backports" in done.stderr
    assert machine.lines("written-to") == ["/etc/apt/sources.list.d/wasmograph-backports.sources"]
    assert "URIs: https://mirror.invalid/debian" in machine.lines("written")
    assert "Suites: bookworm-backports" in machine.lines("written")


def test_lint_builds_no_tinygo(machine):
    machine.without_tinygo()
    assert machine.setup("lint").returncode == 0
    assert machine.lines("go.log") == []


# ---- TinyGo ----

def test_tinygo_is_built_once(machine):
    machine.without_tinygo()
    done = machine.setup()
    assert done.returncode == 0, done.stderr
    assert "setup: building TinyGo 0.31.2" in done.stderr
    assert "setup: tinygo version 0.31.2" in done.stderr
    assert (machine.tinygo / "ready").read_text() == "tinygo version 0.31.2\n"
    assert (machine.tinygo / "targets/wasm_exec.js").exists()
    assert list((machine.tinygo / "src/net").iterdir()) == []
    assert machine.left_in_cache() == [".tinygo.lock", "tinygo-0.31.2"]
    (machine.folder / "go.log").write_text("")
    assert machine.install_tinygo().stderr == ""
    assert machine.lines("go.log") == []


def test_tinygo_is_built_with_verification_and_our_go(machine):
    machine.without_tinygo()
    assert machine.install_tinygo().returncode == 0
    environment = dict(line.split("=", 1) for line in machine.lines("go.environment") if "=" in line)
    assert environment["GOTOOLCHAIN"] == "local"
    assert environment["GOFLAGS"] == "-modcacherw"
    assert environment["PATH"].startswith(f"{machine.programs}:")
    assert not {"GOSUMDB", "GONOSUMDB", "GONOSUMCHECK", "GOINSECURE", "GOPROXY"} & set(environment)


def test_tinygo_that_cannot_be_fetched(machine):
    machine.without_tinygo()
    (machine.folder / "go-fails").touch()
    done = machine.setup()
    assert done.returncode == ENVIRONMENT_CANNOT
    assert "no such host" in done.stderr
    assert "setup: TinyGo 0.31.2 cannot be built" in done.stderr
    assert machine.left_in_cache() == [".tinygo.lock"]


def test_tinygo_that_is_not_the_published_one(machine):
    machine.without_tinygo()
    (machine.folder / "module-hash").write_text("h1:somebody-else\n")
    done = machine.install_tinygo()
    assert done.returncode == ENVIRONMENT_CANNOT
    assert "is not what was published" in done.stderr
    assert machine.left_in_cache() == [".tinygo.lock"]


def test_what_an_interrupted_build_left_goes_and_never_counts(machine):
    machine.without_tinygo()
    (machine.tinygo.parent / ".tinygo-0.31.2.AbCdEf/place").mkdir(parents=True)
    machine.tinygo.mkdir()
    (machine.tinygo / "half").touch()
    assert machine.install_tinygo().returncode == 0
    assert machine.left_in_cache() == [".tinygo.lock", "tinygo-0.31.2"]
    assert not (machine.tinygo / "half").exists()
