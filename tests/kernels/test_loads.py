"""Every kernel of the matrix boots, the verifier refuses nothing there, and every event stands on a rung."""

import re

import pytest

from tests.kernels import matrix
from tests.kernels.loaded import Loaded
from tests.kernels.packages import SERIES
from tracewire.catalogue import EVENTS

pytestmark = [pytest.mark.root, pytest.mark.timeout(900)]

_NAMES = [one.name for one in SERIES]
# What a kernel may lack. Whatever else keeps a program from being loaded is a fault of ours.
_LACKING = re.compile(
    r"this kernel has no tracepoint \w+"
    r"|the tracepoint \w+ has \d+ arguments on this kernel"
    r"|the slab cache \w+ was not found, or holds something else here"
    r"|bpf is not among the security modules of this kernel .*"
    # What its io_uring cannot do, or does in another function.
    r"|this kernel has no function io_(bind|listen|send_zc)"
    r"|trampolines of this kernel cannot be attached twice \(5\.13\)"
    # 5.10 does not say which cache an object is of, so there is nothing to find caches with.
    r"|prog 'find_caches': failed to attach to raw tracepoint 'kmem_cache_free': Invalid argument"
)
_LSM = (
    "security_inode_unlink",
    "security_inode_rename",
    "security_inode_symlink",
    "security_inode_mkdir",
    "security_inode_link",
    "chmod_common",
    "security_sb_mount",
    "security_socket_connect",
    "security_socket_bind",
    "security_socket_listen",
    "security_socket_sendmsg",
)
_OTHER_HOOKS = ("security_file_open", "memfd_create", "security_socket_accept")
# For events that have a choice. 7.2 preempts, so there a kprobe stands above a trampoline.
_STANDING = {
    "5.10": dict.fromkeys((*_LSM, *_OTHER_HOOKS), "kprobe") | {"sched_process_exit": "late_tracepoint"},
    "6.1": dict.fromkeys(_LSM, "lsm")
    | dict.fromkeys(_OTHER_HOOKS, "fexit")
    | {"sched_process_exit": "late_tracepoint"},
    "6.12": dict.fromkeys(_LSM, "lsm")
    | dict.fromkeys(_OTHER_HOOKS, "fexit")
    | {"sched_process_exit": "late_tracepoint"},
    "7.2": dict.fromkeys(_LSM, "lsm")
    | dict.fromkeys(_OTHER_HOOKS, "kprobe")
    | {"sched_process_exit": "tracepoint"},
}


@pytest.fixture(scope="module")
def guests(can_boot: None) -> dict[str, Loaded]:
    """What each kernel said; all are booted, as many at a time as there are CPUs."""
    return matrix.Guests(lambda _sentence: None).load(SERIES)


@pytest.mark.parametrize("series", _NAMES)
def test_only_what_a_kernel_lacks_is_not_loaded(guests: dict[str, Loaded], series: str) -> None:
    """Above all: its verifier accepts every program."""
    found = guests[series]

    assert (found.problem, found.said) == ("", [])
    assert found.programs > 0
    assert {name: why for name, why in found.refused.items() if not _LACKING.fullmatch(why)} == {}


@pytest.mark.parametrize("series", _NAMES)
def test_every_event_stands_on_its_rung(guests: dict[str, Loaded], series: str) -> None:
    rungs = guests[series].rungs

    assert sorted(rungs) == sorted(event.name for event in EVENTS)
    assert [name for name, rung in rungs.items() if rung is None] == []
    assert {name: rungs[name] for name in _STANDING[series]} == _STANDING[series]


@pytest.mark.parametrize("series", _NAMES)
def test_requests_of_io_uring_are_seen_where_they_are_executed(
    guests: dict[str, Loaded], series: str
) -> None:
    """From 6.1 on, as far as that kernel's io_uring can do it."""
    can = {event.name for event in EVENTS if event.requests}
    seen = {"5.10": set[str](), "6.1": can - {"security_socket_bind", "security_socket_listen"}}.get(
        series, can
    )

    found = {name: rung for name, rung in guests[series].request_rungs.items() if rung is not None}
    assert found == dict.fromkeys(seen, "fexit")


@pytest.mark.parametrize("series", _NAMES)
def test_kprobes_see_the_edges_of_calls_where_tracepoints_miss_some(
    guests: dict[str, Loaded], series: str
) -> None:
    """From 7.0 on; it has been tried there whether they are called."""
    assert ("trace_calls" in guests[series].instructions) == (series == "7.2")
