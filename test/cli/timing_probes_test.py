"""The probes of calls across the boundary: interop, worker-hash, calls, payload, bridge; and gc-trigger. That every claim has its
evidence, and the answers that the toolchains' sources decide."""
import json

import pytest

from support import SOURCE, Lab

# Short: these tests look at what was seen, and at no time.
SHORT = {
    "gc-trigger": ["cycles=1"],
    "interop": ["count=200", "share_ms=400", "first_share_ms=1000"],
    "worker-hash": ["hashes=1"],
    "calls": ["share_ms=200", "batches=20", "trips=100"],
    "payload": ["count=50", "share_ms=300"],
    "bridge": ["count=30", "warmup=5", "share_ms=300"],
}

# What an arm must have seen, by the sources that probe.json names.
DETERMINATE = {
    "gc-trigger": {
        "gc/main/lookalike": {"lookalike_freed": True, "lookalike_retained": False},
        "gc119/main/lookalike": {"lookalike_freed": True, "lookalike_retained": False},
        "tinygo/main/lookalike": {"lookalike_freed": False, "lookalike_retained": True},
        "pacer/main/goal": {"goal_is_claimed_formula": False, "goal_is_source_formula": True},
        "pacer/worker/trigger": {"starts_at_claimed_limit": False, "starts_as_source_says": True},
        "pacer/worker/profile": {"exports_call_ctors": False, "cpu_profile_has_samples": False, "wasm_profile_registered": False},
        "wasmprofile/main/build": {"wasm_profile_compiles": False},
    },
    "interop": {
        "gc/main/heap": {"heap_grows_with_make": True, "garbage_is_collected": True},
        "gc/main/calls": {"references_released": False, "references_released_by_collection": True},
        "tinygo/main/calls": {"no_collection": False, "references_released": False, "references_released_by_collection": False},
    },
    "worker-hash": {
        "tinygo/worker/literal": {"literal_code_works": False},
        "tinygo/worker/hash": {"answered_during_hash": False, "no_collection": True},
        "gc/worker/hash": {"collections_came": False},
        # That an answer would be seen if there was one.
        "tinygo/worker/pieces": {"answered_during_hash": True},
    },
    "calls": {
        "gc/main/names": {"has_wasm_call": False, "has_reflection": False},
        "gc/main/funcof": {"crosses_seven_and_arguments": True, "crosses_for_each_argument": True},
        "tinygo/main/names": {"has_no_runtime": False},
        "tinygo/main/funcof": {"crosses_nothing": False},
        "tinygo/main/export": {"crosses_nothing": True},
        "gc/worker/funcof": {"crosses_seven_and_arguments": True},
        "tinygo/worker/export": {"crosses_nothing": True},
        "gc/main/goroutines": {"channels_work": True, "selects_work": True},
        "tinygo/main/goroutines": {"channels_work": True, "selects_work": True},
    },
    "payload": {
        "gc/main/struct": {"struct_is_passed": False},
        "tinygo/main/struct": {"struct_is_passed": False},
        "gc/main/copy": {"array_is_shared": False},
        "tinygo/main/copy": {"array_is_shared": False},
        "gc/worker/copy": {"array_is_shared": False},
        "tinygo/worker/copy": {"array_is_shared": False},
        "gc/main/view": {"view_is_shared": True, "sample_is_shared": False, "memory_has_read": False, "allocates_nothing": True},
        "tinygo/main/view": {"view_is_shared": True, "allocates_nothing": True},
        "gc/worker/view": {"view_is_shared": True},
        "tinygo/worker/view": {"view_is_shared": True},
        "none/main/transfer": {"sender_is_detached": True, "sample_posts": False},
    },
    "bridge": {
        "gc/worker/shared": {"guest_memory_is_shared": False},
        "tinygo/worker/shared": {"guest_memory_is_shared": False},
        "none/main/headers,coop=on,coep=on": {"shared_memory_usable": True},
        "none/main/headers,coop=on,coep=off": {"shared_memory_usable": False},
        "none/main/headers,coop=off,coep=on": {"shared_memory_usable": False},
        "none/main/headers,coop=off,coep=off": {"shared_memory_usable": False},
    },
}

# There only where a collection came within the time.
LATE = {"calls_between_collections", "first_pause_ms", "first_collection_ms"}


def probe_json(name):
    return json.loads((SOURCE / "probes" / name / "probe.json").read_text())


@pytest.fixture(scope="module", params=SHORT)
def measured(request, tmp_path_factory):
    made = Lab(tmp_path_factory.mktemp(request.param))
    made.probe = request.param
    claims = probe_json(made.probe)["claims"]
    arms = sorted({claim[key] for claim in claims for key in ("arm", "against") if key in claim})
    words = [word for arm in arms for word in ("--arms", arm)]
    words += [word for setting in SHORT[made.probe] for word in ("--param", setting)]
    made.done = made.run("run", made.probe, "--blocks", "1", *words, "--json", "--wait", deadline_s=900)
    yield made
    made.close()


def reports(lab):
    """The last report of each arm; void launches hold the same, as other load does not change what was found."""
    assert lab.done.returncode in (0, 4), lab.done.stderr
    rows = lab.query("SELECT arm, outcome, reason, report FROM launch ORDER BY number")
    assert rows and all(outcome in ("valid", "void") for _, outcome, _, _ in rows), rows
    return {arm: json.loads(report) for arm, _, _, report in rows}


def test_every_claim_has_its_evidence(measured):
    found = reports(measured)
    for claim in probe_json(measured.probe)["claims"]:
        for key in ("arm", "against"):
            if key not in claim:
                continue
            report = found[claim[key]]
            if "observation" in claim:
                assert claim["observation"] in report["observations"], claim
            elif claim["metric"] not in LATE:
                assert report["metrics"][claim["metric"]] > 0, claim


def test_what_the_sources_decide(measured):
    found = reports(measured)
    for arm, expected in DETERMINATE[measured.probe].items():
        seen = found[arm]["observations"]
        assert {name: seen[name] for name in expected} == expected, arm
