"""The loads, as the daemon computes them (orchestrator/probe/workload.c, compiled here), as the Go guest does them (built
by wasmograph with the Go compiler and with TinyGo, run by node), as the JavaScript guest does, and as a guest in C does
that comes from elsewhere. Another reckoning, with Python's hashlib, stands for the definition in workload.h. All must
agree on every seed."""
import ctypes
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess

import pytest

SOURCE = pathlib.Path(os.environ.get("WASMOGRAPH_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("WASMOGRAPH_BUILD", SOURCE / "build"))
GUESTS = SOURCE / "probes/ping/guests"
C_BUILD = pathlib.Path(__file__).with_name("c") / "build"
RUNNER = pathlib.Path(__file__).with_name("run_guest.mjs")
START = 0x811C9DC5
MASK = 0xFFFFFFFF

# load, seed, size, steps: the edges first, then seeds drawn from a fixed stream
EDGES = [
    ("idle", [1, 2, 3, 4], 0, 3),
    ("churn", [1, 0, 0, 0], 0, 3),
    ("churn", [MASK, MASK, MASK, MASK], 1, 300),
    ("churn", [1, 2, 3, 4], 128000, 60),
    ("churn", [0, 0x80000000, 0, 1], 2000000, 35),  # more objects than nodes: the ring is gone round
    ("hash", [1, 2, 3, 4], 4, 3),
    ("hash", [1, 2, 3, 4], 5, 3),
    ("hash", [MASK, 0x80000000, 7, 0], 1000003, 3),
    *[("hash", [9, 8, 7, 6], size, 2) for size in (55, 56, 57, 63, 64, 65, 119, 120, 128)],
]


def drawn():
    stream = random.Random(20240419)
    for _ in range(24):
        seed = [stream.getrandbits(32) for _ in range(4)]
        load = stream.choice(["churn", "hash"])
        yield load, seed, stream.randrange(4, 30000), stream.randrange(1, 12)


JOBS = [{"load": load, "seed": seed, "size": size, "steps": steps} for load, seed, size, steps in [*EDGES, *drawn()]]


# ---- the definition ----

def rotl(x, bits):
    return (x << bits | x >> (32 - bits)) & MASK


def mix(digest, x):
    return ((rotl(digest, 5) ^ x) * 0x9E3779B1) & MASK


def draws(words):
    s = list(words)
    while True:
        yield rotl(s[1] * 5 & MASK, 7) * 9 & MASK
        t = s[1] << 9 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 11)


def define_churn(rng, size, steps):
    nodes = [next(rng) | 0x80000000 for _ in range(100000)]
    newest, digest, objects, total = [0] * 256, START, 0, 0
    for _ in range(steps):
        allocated = 0
        while allocated < size:
            draw = next(rng)
            length = 64 + (draw & 0x3F8)
            digest = mix(digest, length ^ nodes[objects % 100000] ^ newest[objects % 256])
            newest[objects % 256] = draw & 255
            objects += 1
            allocated += length
        total += allocated
    return digest, objects, total


def define_hash(rng, size, steps):
    data = bytearray(b"".join((next(rng) | 0x80000000).to_bytes(4, "little") for _ in range((size + 3) // 4))[:size])
    digest = START
    for step in range(steps):
        data[:4] = step.to_bytes(4, "little")
        digest = mix(digest, int.from_bytes(hashlib.sha256(data).digest()[:4], "little"))
    return digest, 0, size * steps


def define(load, seed, size, steps):
    if load == "idle":
        return START, 0, 0
    return {"churn": define_churn, "hash": define_hash}[load](draws(seed), size, steps)


# ---- the daemon's ----

class Result(ctypes.Structure):
    _fields_ = [("digest", ctypes.c_uint32), ("objects", ctypes.c_uint64), ("bytes", ctypes.c_uint64)]


@pytest.fixture(scope="session")
def daemon(tmp_path_factory):
    library = tmp_path_factory.mktemp("workload") / "workload.so"
    sources = [SOURCE / "orchestrator/probe/workload.c"]
    sources += [SOURCE / f"orchestrator/base/{name}.c" for name in ("rng", "hash", "mem", "err", "utf8")]
    subprocess.run(["gcc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-shared", "-fPIC", f"-I{SOURCE / 'orchestrator'}",
                    *map(str, sources), "-lcrypto", "-o", str(library)], check=True)
    function = ctypes.CDLL(str(library)).workload_expected
    function.restype = Result
    function.argtypes = [ctypes.c_char_p, ctypes.c_uint32 * 4, ctypes.c_size_t, ctypes.c_uint64]

    def compute(load, seed, size, steps):
        result = function(load.encode(), (ctypes.c_uint32 * 4)(*seed), size, steps)
        return result.digest, result.objects, result.bytes

    return compute


# ---- the guests ----

def run_guest(job):
    node = shutil.which("node")
    assert node, "these tests need node 18 or later"
    done = subprocess.run([node, str(RUNNER)], input=json.dumps(job), capture_output=True, text=True, timeout=240,
                          check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def guests(tmp_path_factory):
    """name → how run_guest() starts it; gc and tinygo are one source, built by wasmograph, c is from elsewhere."""
    done = subprocess.run([str(BUILD / "wasmograph"), "build", "ping", "--json"], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    started = {"js": {"kind": "js-module", "file": str(GUESTS / "js/guest.js")},
               "c": {"kind": "wasm-exports", "file": str(tmp_path_factory.mktemp("c") / "guest.wasm")}}
    subprocess.run([C_BUILD, started["c"]["file"]], check=True)
    for record in json.loads(done.stdout)["builds"]:
        folder = SOURCE / "build/guests" / record["inputs"]
        if record["start"] == "go-js":
            started[record["guest"]] = {"kind": "go-js", "file": str(folder / record["output"]),
                                        "glue": str(folder / record["glue"])}
        if record["compiled"]:
            started[record["guest"]]["compiled"] = str(folder / record["compiled"]["output"])
    return started


@pytest.fixture(scope="session")
def go_guest(guests):
    return guests["gc"]


@pytest.fixture(scope="session")
def js_guest(guests):
    return guests["js"]


@pytest.fixture(scope="session")
def answers(guests):
    """All jobs, one after the other, on one instance of each guest."""
    return {name: run_guest({**guest, "runs": JOBS})["results"] for name, guest in guests.items()}


@pytest.mark.parametrize("index", range(len(JOBS)), ids=lambda i: "{load}-{size}x{steps}".format(**JOBS[i]))
def test_all_agree(index, daemon, answers):
    job = JOBS[index]
    wanted = define(**job)
    assert daemon(**job) == wanted
    assert set(answers) == {"gc", "tinygo", "js", "c"}
    for name, results in answers.items():
        answer = results[index]
        assert (answer["digest"], answer["objects"], answer["bytes"]) == wanted, name
        assert answer["steps"] == job["steps"], name


def test_go_tells_of_its_memory(go_guest):
    """The runtime's own figures bear the load's out: what it counted it allocated."""
    run = {"load": "churn", "seed": [1, 2, 3, 4], "size": 4000000, "steps": 8}
    answer = run_guest({**go_guest, "runs": [run]})["results"][0]
    assert answer["allocated_bytes"] >= answer["bytes"] >= 32000000
    assert answer["allocations"] >= answer["objects"] > 0
    assert answer["collections"] >= 1
    assert answer["pause_ns"] > 0
    assert answer["heap_bytes"] > 1600000  # the live ring alone


def test_environment_reaches_the_go_runtime(go_guest):
    run = {"load": "churn", "seed": [1, 2, 3, 4], "size": 4000000, "steps": 8}
    often, never = (run_guest({**go_guest, "environment": {"GOGC": value}, "runs": [run]})["results"][0]
                    for value in ("10", "off"))
    assert never["collections"] == 0 and never["pause_ns"] == 0
    assert often["collections"] > 1
    assert often["digest"] == never["digest"]
    assert never["heap_bytes"] > 32000000


def test_tinygo_tells_of_its_memory(guests):
    run = {"load": "churn", "seed": [1, 2, 3, 4], "size": 4000000, "steps": 8}
    answer = run_guest({**guests["tinygo"], "runs": [run]})["results"][0]
    assert answer["allocated_bytes"] >= answer["bytes"] >= 32000000
    assert answer["allocations"] >= answer["objects"] > 0
    assert answer["frees"] > answer["objects"] / 2
    assert answer["heap_bytes"] > 1600000


def test_no_word_of_a_load_is_a_pointer_by_chance(guests):
    """TinyGo's collector takes any word for a pointer that could be one. Of what the steps allocated it must keep what
    the load keeps, and nothing because a random word of ring or buffer happens to be its address."""
    runs = [{"load": "churn", "seed": [1, 2, 3, 4], "size": 1000000, "steps": 100, "collect": 1},
            {"load": "hash", "seed": [1, 2, 3, 4], "size": 3000000, "steps": 100, "collect": 1}]
    churn, hash_ = run_guest({**guests["tinygo"], "runs": runs})["results"]
    assert 256 <= churn["retained"] < 300, churn
    assert 0 <= hash_["retained"] < hash_["allocations"] / 4, hash_


def test_unknown_load_ends_the_go_guest(go_guest):
    answer = run_guest({**go_guest, "runs": [{"load": "dance", "seed": [1, 2, 3, 4], "size": 1, "steps": 1}]})
    assert any("panic: guest ping does not know the load dance" in line for line in answer["output"])
    assert "already exited" in answer["results"][0]["threw"]


def test_unknown_load_is_refused_by_the_js_guest(js_guest):
    answer = run_guest({**js_guest, "runs": [{"load": "dance", "seed": [1, 2, 3, 4], "size": 1, "steps": 1}]})
    assert answer["results"][0]["threw"] == "Error: guest ping does not know the load dance"


def test_idle_does_nothing(guests):
    for name, guest in guests.items():
        answer = run_guest({**guest, "runs": [{"load": "idle", "seed": [1, 2, 3, 4], "size": 0, "steps": 0}]})
        result = answer["results"][0]
        assert (result["steps"], result["digest"], result["bytes"]) == (0, START, 0)
        assert result.get("collections", 0) == 0
        # TinyGo's glue says so of each text that the guest was given.
        expected = ["syscall/js.finalizeRef not implemented"] if name == "tinygo" else []
        assert answer["output"] == expected
