"""Two guests that are odd in every way at once: what works, works; what cannot is said, and is really so."""

import json
from typing import Any

import pytest

from tests.kernels import matrix
from tests.kernels.packages import SERIES

pytestmark = [pytest.mark.root, pytest.mark.timeout(900)]

# The first one counts maps as locked memory; the second one has every kind of program.
_NAMES = ("5.10", "6.12")
_ALIKE = {"sched_process_exec": "tracepoint", "setuid": "sys_exit", "openat": "sys_exit"}
_STANDING = {
    "5.10": _ALIKE | {"security_file_open": "kprobe", "security_socket_connect": "kprobe"},
    "6.12": _ALIKE | {"security_file_open": "fexit", "security_socket_connect": "lsm"},
}


@pytest.fixture(scope="module")
def said(can_boot: None) -> dict[str, list[dict[str, Any]]]:
    """What the steps of tests/kernels/guest/odd.py said on each kernel."""
    guests = matrix.Guests(lambda _sentence: None).odd([one for one in SERIES if one.name in _NAMES])
    for name, lines in guests.items():
        assert len(lines) == 8, f"{name}: {lines}"
    return {name: [json.loads(line) for line in lines] for name, lines in guests.items()}


@pytest.mark.parametrize("series", _NAMES)
def test_under_lockdown_for_integrity_nothing_is_missing(
    said: dict[str, list[dict[str, Any]]], series: str
) -> None:
    """It refuses bpf_probe_write_user alone, which nothing here calls."""
    usual = said[series][0]

    assert (usual["lockdown"], usual["problem"]) == ("integrity", None)
    assert usual["rungs"] == _STANDING[series]


def test_cpus_that_may_come_have_their_room(said: dict[str, list[dict[str, Any]]]) -> None:
    """Two of eight are there: both count, all have buffers, and every event is written.

    6.12 believes what the firmware says of the others: that they will not come.
    """
    every = {
        "online": 2,
        "possible": "0-7",
        "generated": [1, 1, 0, 0, 0, 0, 0, 0],
        "scratches": 32,
        "written": 2,
    }
    there = {"online": 2, "possible": "0-1", "generated": [1, 1], "scratches": 8, "written": 2}

    assert {series: steps[1] for series, steps in said.items()} == {"5.10": every, "6.12": there}


@pytest.mark.parametrize("series", _NAMES)
def test_a_small_file_is_enough_where_types_are_hidden(
    said: dict[str, list[dict[str, Any]]], series: str
) -> None:
    """Every way of reaching an event but trampolines and LSM works, and tells what it tells elsewhere."""
    shown, hidden, suite = (said[series][step] for step in (0, 2, 3))

    assert (shown["shows_types"], shown["problem"]) == (True, None)
    assert (hidden["shows_types"], hidden["problem"]) == (False, None)
    assert set(hidden["rungs"].values()) & {None, "lsm", "fexit"} == set()
    assert (suite["suite"], suite["said"]) == (0, "")
    assert suite["passed"] >= 15


def test_maps_are_locked_memory_before_5_11(said: dict[str, list[dict[str, Any]]]) -> None:
    """A limit that is too low and may not be raised is a reason to refuse; one that is enough is not."""
    little, enough = said["5.10"][4:6]

    assert (little["locked_memory"], little["rungs"]) == (64 * 1024, {})
    assert little["problem"].endswith("counts BPF maps as locked memory, and this process may lock 64 KiB")
    assert (enough["locked_memory"], enough["problem"]) == (256 * 1024 * 1024, None)
    assert enough["rungs"] == said["5.10"][0]["rungs"]


def test_maps_are_not_locked_memory_since(said: dict[str, list[dict[str, Any]]]) -> None:
    little = said["6.12"][4]

    assert (little["locked_memory"], little["problem"]) == (None, None)
    assert little["rungs"] == said["6.12"][0]["rungs"]


@pytest.mark.parametrize("series", _NAMES)
def test_under_lockdown_for_confidentiality_it_is_refused(
    said: dict[str, list[dict[str, Any]]], series: str
) -> None:
    """The kernel does not take what writes an event then, as it has no helper that reads kernel memory."""
    refused, tried = said[series][6:]

    assert (refused["lockdown"], refused["rungs"]) == ("confidentiality", {})
    assert refused["problem"].startswith("the kernel is locked down for confidentiality")
    assert "bpf_probe_read_kernel" in tried["refused"]
