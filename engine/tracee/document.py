"""What Tracee's signatures see of an event: every field that any of its versions had.

The fields lie under `tracee` in our own document, and only those that a signature reads.
"""

from collections.abc import Callable
from typing import Any

from engine.fields import FieldsRead
from engine.tracee.arguments import Arguments
from tracewire.batch import BatchHeader
from tracewire.catalogue import Definition
from tracewire.catalogue.syscalls import NAMES as SYSCALLS
from tracewire.event import Event
from tracewire.finding import ContainerView, PodView
from tracewire.inventory import Container
from tracewire.text import from_kernel
from tracewire.view import process_key, view_container, view_pod

FIELD = "tracee"
ARGUMENTS = "tracee.args"
"""A field of `FieldsRead` of its own: the arguments that are read, by name."""

Part = Callable[[Event, BatchHeader, Container | None], Any]


def _parent(event: Event) -> int | None:
    """The parent's host process id; 0 where there is none."""
    ancestors = event.image.ancestors
    return ancestors[0].pid if ancestors else 0


def _parent_in_namespace(event: Event) -> int | None:
    """The parent's process id as the process itself sees it; None where only the kernel knew."""
    if event.ns_pid == 1:
        return 0  # The first one of a namespace cannot see where it comes from.
    return _parent(event) if event.ns_pid == event.pid else None


def _entity(pid: int, start_time: int) -> int:
    return int(process_key(pid, start_time), 16)


def _parent_entity(event: Event) -> int:
    ancestors = event.image.ancestors
    return _entity(ancestors[0].pid, ancestors[0].start_time) if ancestors else 0


def _text(raw: bytes | None) -> str:
    return "" if raw is None else from_kernel(raw)


def _said(**parts: Any) -> dict[str, Any]:
    """*parts* without those that are not known."""
    return {name: value for name, value in parts.items() if value is not None}


def _container(view: ContainerView | None) -> dict[str, Any]:
    if view is None:
        return {}
    return _said(id=view.id, name=view.name, image=view.image, imageDigest=view.image_digest)


def _kubernetes(pod: PodView | None, known: Container | None) -> dict[str, Any]:
    if pod is None:
        return {}
    sandbox = known.pod_sandbox if known else None
    return _said(podName=pod.name, podNamespace=pod.namespace, podUID=pod.uid, podSandbox=sandbox)


def _of_container(field: str) -> Part:
    """A field of the container; Tracee says "" where there is none or nothing is known of it."""
    return lambda event, _, known: getattr(view_container(event, known), field, None) or ""


def _of_pod(field: str) -> Part:
    return lambda _event, _header, known: getattr(view_pod(known), field, None) or ""


def _started(event: Event, known: Container | None) -> bool:
    return view_container(event, known) is not None and event.image.started is not False


PARTS: dict[str, Part] = {
    "timestamp": lambda event, header, _: event.time + header.clock_offset,
    "threadStartTime": lambda event, header, _: event.start_time + header.clock_offset,
    "processorId": lambda event, _header, _: event.cpu,
    "processId": lambda event, _header, _: event.ns_pid,
    "cgroupId": lambda event, _header, _: event.cgroup_id,
    "threadId": lambda event, _header, _: event.ns_tid,
    "parentProcessId": lambda event, _header, _: _parent_in_namespace(event),
    "hostProcessId": lambda event, _header, _: event.pid,
    "hostThreadId": lambda event, _header, _: event.tid,
    "hostParentProcessId": lambda event, _header, _: _parent(event),
    "userId": lambda event, _header, _: event.uid,
    "mountNamespace": lambda event, _header, _: event.mount_namespace,
    "pidNamespace": lambda event, _header, _: event.pid_namespace,
    "processName": lambda event, _header, _: from_kernel(event.comm),
    "executable": lambda event, _header, _: {"path": _text(event.image.exe)},
    "hostName": lambda _event, header, _: header.node,
    "containerId": _of_container("id"),
    "containerName": _of_container("name"),
    "containerImage": _of_container("image"),
    "container": lambda event, _, known: _container(view_container(event, known)),
    "kubernetes": lambda _event, _, known: _kubernetes(view_pod(known), known),
    "podName": _of_pod("name"),
    "podNamespace": _of_pod("namespace"),
    "podUID": _of_pod("uid"),
    "podSandbox": lambda _event, _, known: bool(known and known.pod_sandbox),
    "eventId": lambda event, _header, _: str(event.event_id),
    "matchedPolicies": lambda _event, _header, _: [],
    "matchedScopes": lambda _event, _header, _: 0,
    "returnValue": lambda event, _header, _: event.return_value,
    "syscall": lambda event, _header, _: SYSCALLS.get(event.syscall, ""),
    "stackAddresses": lambda _event, _header, _: None,
    "contextFlags": lambda event, _, known: {"containerStarted": _started(event, known), "isCompat": False},
    "threadEntityId": lambda event, _header, _: _entity(event.tid, event.start_time),
    "processEntityId": lambda event, _header, _: _entity(event.pid, event.start_time),
    "parentEntityId": lambda event, _header, _: _parent_entity(event),
}

# What is made of the definition and of the arguments.
NAMED = ("eventName", "argsNum", "args", "argument")
KEYS = (*PARTS, *NAMED)


def known_and_unknown(event: str) -> tuple[dict[str, Any], list[str]]:
    """The document as far as the name of an event decides it, and what of it that leaves open."""
    unknown = [f"input.{FIELD}.{key}" for key in KEYS if key != "eventName"]
    return {"event": event, FIELD: {"eventName": event}}, unknown


def cut(definition: Definition, reads: FieldsRead) -> Part | None:
    """A function that makes the part of the document that Tracee's signatures read; None if none does.

    `argument` is ours: the values by name, for `get_tracee_argument`, which would have to search
    the list otherwise.
    """
    whole = FIELD in reads.fields
    read = set(KEYS) if whole else set(reads.inside(FIELD))
    if not read:
        return None
    name, count = definition.name, len(definition.arguments)
    chosen = [(key, part) for key, part in PARTS.items() if key in read]
    named, numbered = "eventName" in read, "argsNum" in read
    listed, keyed = "args" in read, "argument" in read
    every = whole or listed or ARGUMENTS in reads.fields
    names = None if every else frozenset(inner for field, inner in reads.nested if field == ARGUMENTS)
    arguments = Arguments(definition, names) if listed or keyed else None

    def make(event: Event, header: BatchHeader, known: Container | None) -> dict[str, Any]:
        made = {key: part(event, header, known) for key, part in chosen}
        if named:
            made["eventName"] = name
        if numbered:
            made["argsNum"] = count
        if arguments is not None:
            values = arguments.by_name(event)
            if keyed:
                made["argument"] = values
            if listed:
                made["args"] = arguments.listed(values)
        return made

    return make
