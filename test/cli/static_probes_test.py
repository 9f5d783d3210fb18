"""The probes of what a build and a fresh instance already show: sizes, memory, layout, allocators, segments. That every claim has
its evidence, and the answers that the toolchains' sources decide."""
import json

import pytest

from support import SOURCE, Lab

PROBES = ["size", "memory", "layout", "escape", "allocators", "segments"]

# What each claim's first arm must have seen, by the sources that probe.json names.
DETERMINATE = {
    "size": {"gc-empty/main/file": {"accepted_by_tinygo_0_28_1": False}},
    "memory": {
        "gc/main/small": {"only_first_allocation_grows": False, "javascript_allocates": False, "freed_memory_is_used_again": True},
        "gc/main/odd": {"odd_size_panics": False, "odd_sizes_grow": True},
        "tinygo/main/odd": {"odd_size_panics": False},
        "tinygo/main/small": {"memory_is_constant": False},
        "published-gc/main/build": {"published_code_builds": False},
        "published-tinygo/main/build": {"published_code_builds": False},
    },
    "layout": {
        "gc/main/address": {"objects_moved": False, "stack_variable_moved": True},
        "gc/main/data": {"data_is_low_and_fixed": True},
        "gc/main/roots": {"memstats_holds_segments": False},
        "gc/main/stack": {"stack_grows_down": True, "stack_at_high_addresses": False},
        "gc/main/switching": {"javascript_switches_stacks": False},
        "tinygo/main/address": {"objects_stayed": True, "buffer_has_a_fixed_place": False},
        "tinygo/main/collector": {"no_collection": False},
        "tinygo/main/data": {"data_is_low_and_fixed": True},
        "tinygo/main/stack": {"stack_grows_down": True, "stack_at_high_addresses": False},
        "tinygo/main/switching": {"javascript_switches_stacks": False},
    },
    "escape": {
        "tinygo/main/addresses": {"is_static": False, "reported_static": False, "local_takes_no_heap": True},
        "gc/main/addresses": {"on_the_heap": True, "reported_on_the_heap": True, "local_takes_no_heap": True},
        "gc/main/disassembly": {"room_by_add": False, "set_tells_escapes": False, "set_beside_stack_pointer_tells_escapes": False},
        "tinygo-opt1/main/disassembly": {"room_by_add": False, "set_tells_escapes": False},
    },
    "allocators": {
        "default/main/targets": {"wasm_has_no_collector": False, "arduino_has_no_collector": False, "thumbv7m_has_no_collector": False},
        "default/main/allocate": {"new_and_make_fail": False, "never_collects": False},
        "leaking/main/dirty": {"ends_in_a_panic": True, "says_cannot_allocate_memory": False},
        "conservative/main/dirty": {"ends_in_a_panic": False},
        "conservative/main/retain": {"ends_in_a_panic": True},
        "no-gc/main/link": {"builds": False, "links_and_panics": False},
        "leaking/main/retain": {"ends_in_a_panic": True},
        "default/worker/allocate": {"works": True},
        "wasi/main/wasi": {"make_panics": False},
        "wasi-printed/main/link": {"builds": False, "links_and_panics": False},
        # TinyGo's heap is the same in every launch, and so is what a recursion overwrites.
        "stack-64/main/overflow": {"overflow_always_panics": False, "overflow_harms_nothing": False},
        "stack-64/main/apart": {"overflow_always_panics": True, "overflow_is_noticed_at_a_switch": True, "overflow_harms_nothing": False},
        "unsafe-gc/main/compile": {"unsafe_alloc_exists": False},
        "unsafe-tinygo/main/compile": {"unsafe_alloc_exists": False},
        "pool/main/use": {"does_not_build": False, "works": True},
    },
    "segments": {
        "gc/main/contents": {"costs_as_claimed": False, "random_data_in_file": True, "zeroed_array_costs_no_file": True, "module_is_elf": False,
                             "zeroed_array_is_declared": True},
        "tinygo/main/contents": {"costs_as_claimed": False, "random_data_in_file": True, "zeroed_array_is_declared": True, "module_is_elf": False},
        "none/main/touch": {"data_pages_come_at_first_touch": False, "zeroed_pages_come_at_first_touch": True},
    },
}


def probe_json(name):
    return json.loads((SOURCE / "probes" / name / "probe.json").read_text())


@pytest.fixture(scope="module", params=PROBES)
def measured(request, tmp_path_factory):
    made = Lab(tmp_path_factory.mktemp(request.param))
    made.probe = request.param
    claims = probe_json(made.probe)["claims"]
    arms = sorted({claim[key] for claim in claims for key in ("arm", "against") if key in claim})
    # Rounds are for times, which these tests do not look at.
    short = ["--param", "rounds=2"] if made.probe == "segments" else []
    made.done = made.run("run", made.probe, "--blocks", "1", *(word for arm in arms for word in ("--arms", arm)), *short,
                         "--json", "--wait", deadline_s=900)
    yield made
    made.close()


def reports(lab):
    """The last report of each arm; void launches hold the same, as other load does not change what was found."""
    assert lab.done.returncode in (0, 4), lab.done.stderr  # 4: an arm has void launches alone
    rows = lab.query("SELECT arm, outcome, reason, report FROM launch ORDER BY number")
    assert all(outcome in ("valid", "void") for _, outcome, _, _ in rows), rows
    return {arm: json.loads(report) for arm, _, _, report in rows}


def test_every_claim_has_its_evidence(measured):
    found = reports(measured)
    for claim in probe_json(measured.probe)["claims"]:
        for key in ("arm", "against"):
            if key in claim:
                report = found[claim[key]]
                if "metric" in claim:
                    assert claim["metric"] in report["metrics"], claim
                else:
                    assert claim["observation"] in report["observations"], claim


def test_what_the_sources_decide(measured):
    found = reports(measured)
    for arm, expected in DETERMINATE[measured.probe].items():
        seen = found[arm]["observations"]
        assert {name: seen[name] for name in expected} == expected, arm


@pytest.mark.parametrize("measured", ["memory"], indirect=True)
def test_the_heap_s_growth_is_told_from_the_start_on(measured):
    """What the runtime takes before main yields is a growth, too, and none of those that objects cause."""
    found = reports(measured)
    for arm in ("gc/main/small", "tinygo/main/small"):
        growth = found[arm]["facts"]["growth"]
        assert growth["at_start"], arm
        assert sum(growth["histogram"].values()) == found[arm]["metrics"]["growths"], arm
        assert growth["before"] + sum(int(size) * n for size, n in growth["histogram"].items()) == growth["after"], arm
    start = found["gc/main/start"]["metrics"]
    assert start["grown_at_start_mb"] == pytest.approx(start["first_yield_mb"] - start["declared_mb"])


@pytest.mark.parametrize("measured", ["memory"], indirect=True)
def test_the_published_code_fails_for_what_it_calls(measured):
    found = reports(measured)
    for arm in ("published-gc/main/build", "published-tinygo/main/build"):
        assert "UnsafeAddr" in found[arm]["facts"]["compiler"], arm
