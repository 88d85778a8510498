"""Events and batches as a collector would send them."""

from typing import Any

import msgspec

from tracewire.batch import BatchHeader, encode
from tracewire.catalogue import BY_NAME
from tracewire.event import Ancestor, Event, ProcessImage

BOOT = "11111111-2222-3333-4444-555555555555"
CLOCK_OFFSET = 1_700_000_000_000_000_000

IMAGE = ProcessImage(
    exe=b"/usr/bin/dropper",
    cgroup=b"docker-" + b"ab" * 32 + b".scope",
    argv=b"dropper\0--now\0",
    ancestors=[Ancestor(4700, 1_000_000_000, b"bash", b"/usr/bin/bash")],
)


def event(name: str, *args: Any, time: int = 5_000_000_000, **fields: Any) -> Event:
    """An event of *name* with the wire values *args*, in the order of the catalogue."""
    given: dict[str, Any] = {
        "event_id": BY_NAME[name].id,
        "time": time,
        "clauses": 1,
        "generation": 1,
        "cpu": 0,
        "pid": 4711,
        "tid": 4711,
        "ns_pid": 12,
        "ns_tid": 12,
        "uid": 0,
        "gid": 0,
        "start_time": 4_000_000_000,
        "mount_namespace": 4026531841,
        "pid_namespace": 4026531836,
        "cgroup_id": 77,
        "syscall": 101,
        "return_value": 0,
        "truncated": 0,
        "racy": 0,
        "user": 0,
        "comm": b"dropper",
        "image": IMAGE,
        "cwd": b"/tmp",
        "args": msgspec.Raw(msgspec.msgpack.encode(list(args))),
    }
    return Event(**(given | fields))


def traceme(number: int = 0) -> Event:
    """A PTRACE_TRACEME, different for each *number*."""
    return event("ptrace", 0, 0, 0, 0, time=5_000_000_000 + number)


def opening(path: str, flags: int = 1, number: int = 0) -> Event:
    """A file opened for writing (O_WRONLY), different for each *number*."""
    return event(
        "security_file_open", path.encode(), flags, 1, 2, 3, b"", time=6_000_000_000 + number, syscall=257
    )


def header(
    count: int, *, node: str = "vm-1", sequence: int = 0, lost: int = 0, version: int = 1
) -> BatchHeader:
    """The header of a batch of *count* events."""
    return BatchHeader(version, node, BOOT, "session-1", "process", sequence, CLOCK_OFFSET, count, lost)


def batch(*events: Event, sequence: int = 0, lost: int = 0, node: str = "vm-1") -> bytes:
    """A message of *events*, with the ring buffer's record headers in between as they come."""
    records: list[Any] = []
    for one in events:
        records += [b"\0" * 8, one]
    return encode(header(len(events), sequence=sequence, lost=lost, node=node), records)
