"""Findings, events and batches with only what a test says about them."""

from typing import Any

import msgspec

from tracewire.batch import VERSION, BatchHeader, encode
from tracewire.catalogue import find
from tracewire.event import Ancestor, Event, ProcessImage
from tracewire.finding import (
    ContainerView,
    Coverage,
    EventView,
    Finding,
    ProcessView,
    SignatureReference,
)

CONTAINER = "c0ffee" + "0" * 58
TIME = "2026-11-24T05:29:00.123456789Z"


def process(**fields: Any) -> ProcessView:
    """A process."""
    given = {
        "key": "00000000000000aa",
        "pid": 4711,
        "tid": 4711,
        "ns_pid": 12,
        "ns_tid": 12,
        "uid": 0,
        "gid": 0,
        "comm": "dropper",
        "exe": "/tmp/dropper",
        "argv": ["dropper"],
        "start_time": TIME,
    }
    return ProcessView(**(given | fields))


def finding(
    number: int = 1,
    *,
    name: str = "anti_debugging",
    severity: str = "low",
    data: dict[str, Any] | None = None,
    container: ContainerView | None = None,
    **process_fields: Any,
) -> Finding:
    """A finding; *number* makes its id."""
    return Finding(
        id=f"{number:032x}",
        time=TIME,
        node="vm-1",
        signature=SignatureReference(
            id="TW-0102", name=name, title=f"Title of {name}", severity=severity, attack=["T1622"]
        ),
        data=data or {"number": number},
        event=EventView(id="e", name="ptrace", time=TIME, args={"request": "PTRACE_TRACEME"}),
        process=process(**process_fields),
        container=container,
        pod=None,
        revision="sha256:0",
        coverage=Coverage(window_seconds=1, lost=0),
    )


def event(name: str, *args: Any, **fields: Any) -> Event:
    """An event as the kernel would have written it."""
    parent = Ancestor(pid=1, start_time=0, comm=b"init")
    given = {
        "event_id": find(name).id,
        "time": 1_000_000_000,
        "clauses": 1,
        "generation": 1,
        "cpu": 0,
        "pid": 4711,
        "tid": 4711,
        "ns_pid": 4711,
        "ns_tid": 4711,
        "uid": 0,
        "gid": 0,
        "start_time": 500,
        "mount_namespace": 1,
        "pid_namespace": 1,
        "cgroup_id": 1,
        "syscall": -1,
        "return_value": 0,
        "truncated": 0,
        "racy": 0,
        "user": 0,
        "comm": b"dropper",
        "image": ProcessImage(exe=b"/tmp/dropper", argv=b"dropper\0", ancestors=[parent]),
        "cwd": None,
        "args": msgspec.Raw(msgspec.msgpack.encode(list(args))),
    }
    return Event(**(given | fields))


def batch(*events: Event, family: str = "process", node: str = "vm-1", sequence: int = 0) -> bytes:
    """A batch of *events*."""
    header = BatchHeader(
        version=VERSION, node=node, boot="boot", session="session", family=family, sequence=sequence,
        clock_offset=1_795_500_000_000_000_000, count=len(events), lost=0,
    )  # fmt: skip
    return encode(header, [msgspec.Raw(msgspec.msgpack.encode(each)) for each in events])
