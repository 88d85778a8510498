"""What OPA sees of an event."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from engine.fields import FieldsRead
from engine.tracee import document as tracee
from tracewire.batch import BatchHeader
from tracewire.catalogue import Definition
from tracewire.catalogue.syscalls import NAMES as SYSCALLS
from tracewire.catalogue.syscalls import abi_of
from tracewire.event import Ancestor, Event
from tracewire.inventory import Container
from tracewire.moments import rfc3339
from tracewire.text import from_kernel
from tracewire.view import (
    VIA,
    arguments,
    error_name,
    event_key,
    process_key,
    split_strings,
    view_container,
    view_event,
    view_pod,
    view_process,
)

Document = dict[str, Any]

_Reader = Callable[[Event, BatchHeader], Any]
_AncestorReader = Callable[[Ancestor], Any]
_JoinedReader = Callable[[Event, Container | None], Any]


class Cut(Protocol):
    """Makes the documents of one event; see `document`."""

    def __call__(self, event: Event, header: BatchHeader, known: Container | None = None) -> Document:
        """The document of *event*; *known* is what the inventory has of its container."""
        ...


# What can be had without building the whole view, which is many times dearer.
_PROCESS: dict[str, _Reader] = {
    "key": lambda event, _: process_key(event.pid, event.start_time),
    "pid": lambda event, _: event.pid,
    "tid": lambda event, _: event.tid,
    "ns_pid": lambda event, _: event.ns_pid,
    "ns_tid": lambda event, _: event.ns_tid,
    "uid": lambda event, _: event.uid,
    "gid": lambda event, _: event.gid,
    "comm": lambda event, _: from_kernel(event.comm),
    "exe": lambda event, _: None if event.image.exe is None else from_kernel(event.image.exe),
    "argv": lambda event, _: None if event.image.argv is None else split_strings(event.image.argv),
    "cwd": lambda event, _: None if event.cwd is None else from_kernel(event.cwd),
    "mount_namespace": lambda event, _: event.mount_namespace,
    "pid_namespace": lambda event, _: event.pid_namespace,
    "cgroup_id": lambda event, _: event.cgroup_id,
    "start_time": lambda event, header: rfc3339(event.start_time + header.clock_offset),
}
_ANCESTOR: dict[str, _AncestorReader] = {
    "key": lambda ancestor: process_key(ancestor.pid, ancestor.start_time),
    "pid": lambda ancestor: ancestor.pid,
    "comm": lambda ancestor: from_kernel(ancestor.comm),
    "exe": lambda ancestor: None if ancestor.exe is None else from_kernel(ancestor.exe),
}
_TOP: dict[str, _Reader] = {
    "id": event_key,
    "time": lambda event, header: rfc3339(event.time + header.clock_offset),
    "node": lambda _, header: header.node,
    "return_value": lambda event, _: event.return_value,
    "syscall": lambda event, _: SYSCALLS.get(event.syscall),
    "abi": lambda event, _: abi_of(event.syscall),
    "error": lambda event, _: error_name(event.return_value),
    "via": lambda event, _: VIA.get(event.via or 0),
    "process": lambda event, header: msgspec.to_builtins(view_process(event, header)),
    "args": lambda event, _: arguments(event),
    "truncated": lambda event, header: view_event(event, header).truncated,
    "origins": lambda event, header: view_event(event, header).origins,
}

# What the inventory of containers tells too.
_JOINED: dict[str, _JoinedReader] = {
    "container": lambda event, known: msgspec.to_builtins(view_container(event, known)),
    "pod": lambda _, known: msgspec.to_builtins(view_pod(known)),
}

EVERYTHING = FieldsRead(everything=True)


def document(
    event: Event,
    header: BatchHeader,
    definition: Definition,
    reads: FieldsRead = EVERYTHING,
    known: Container | None = None,
) -> Document:
    """The input document of *event*, as far as *reads* needs it.

    *known* is what the inventory has of the event's container.

    A field that is left out is one that nobody reads, so that a signature finds the same
    in the part as in the whole; but parsing JSON is OPA's largest cost.

    Raises:
        EventError: An argument that is needed is not of its kind.
    """
    return cut(definition, reads)(event, header, known)


def cut(definition: Definition, reads: FieldsRead) -> Cut:
    """A function that makes the documents of one event; see `document`."""
    readers = {field: read for field, read in _TOP.items() if _whole(reads, field)}
    if "args" not in readers:
        names = frozenset(reads.inside("args"))
        if names:
            readers["args"] = lambda event, _: arguments(event, names)
    if "process" not in readers:
        parts = reads.inside("process")
        if parts:
            readers["process"] = _some_of_process(parts)
    joined = {field: read for field, read in _JOINED.items() if _whole(reads, field)}
    if "container" in joined and not _all_of(reads, "container"):
        joined["container"] = _some_of_container(list(reads.inside("container")))
    for_tracee = tracee.cut(definition, reads)
    name, chosen, others = definition.name, tuple(readers.items()), tuple(joined.items())

    def make(event: Event, header: BatchHeader, known: Container | None = None) -> Document:
        made: Document = {"event": name}
        for field, read in chosen:
            made[field] = read(event, header)
        for field, look in others:
            made[field] = look(event, known)
        if for_tracee is not None:
            made[tracee.FIELD] = for_tracee(event, header, known)
        return made

    return make


def _all_of(reads: FieldsRead, field: str) -> bool:
    return reads.everything or field in reads.fields


def _whole(reads: FieldsRead, field: str) -> bool:
    if _all_of(reads, field):
        return True
    return field not in {"args", "process"} and bool(reads.inside(field))


def _some_of_process(parts: dict[str, frozenset[str] | None]) -> _Reader:
    """Those *parts* of the process that there are; of its ancestors the fields that are named, if any are."""
    chosen = [(part, _PROCESS[part]) for part in parts if part in _PROCESS]
    if "ancestors" in parts:
        chosen.append(("ancestors", _some_of_ancestors(parts["ancestors"])))
    return lambda event, header: {part: read(event, header) for part, read in chosen}


def _some_of_ancestors(fields: frozenset[str] | None) -> _Reader:
    chosen = [(field, read) for field, read in _ANCESTOR.items() if fields is None or field in fields]
    return lambda event, _: [
        {field: read(ancestor) for field, read in chosen} for ancestor in event.image.ancestors
    ]


def _some_of_container(parts: list[str]) -> _JoinedReader:
    def read(event: Event, known: Container | None) -> dict[str, Any] | None:
        container = view_container(event, known)
        if container is None:
            return None
        return {part: getattr(container, part) for part in parts if hasattr(container, part)}

    return read
