"""From the kernel's numbers to the names of the contract."""

import base64
import socket
from collections.abc import Callable, Collection
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec

from tracewire.batch import BatchHeader
from tracewire.catalogue import BY_ID, Argument, Definition, Kind
from tracewire.catalogue.constants import ENUMS, FIELDS, FLAGS
from tracewire.catalogue.syscalls import NAMES as SYSCALLS
from tracewire.catalogue.syscalls import abi_of
from tracewire.containers import container_id
from tracewire.errors import EventError
from tracewire.event import Event
from tracewire.finding import AncestorView, ContainerView, EventView, PodView, ProcessView
from tracewire.inventory import Container
from tracewire.moments import rfc3339
from tracewire.text import from_kernel

AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
CREDENTIAL_FIELDS = (
    "uid", "gid", "suid", "sgid", "euid", "egid", "fsuid", "fsgid", "user_namespace", "securebits",
    "cap_inheritable", "cap_permitted", "cap_effective", "cap_bounding", "cap_ambient",
)  # fmt: skip
_MAX_ERRNO = 4095
# What an event came through, if not a system call of its own (bpf/event.h).
VIA = {1: "io_uring"}
_MASK64 = 0xFFFF_FFFF_FFFF_FFFF


def process_key(pid: int, start_time: int) -> str:
    """A name for a process that no other process of this boot has, as 16 hexadecimal digits.

    Args:
        pid: Host process id.
        start_time: Nanoseconds since boot.
    """
    mixed = ((start_time ^ (pid << 40)) * 0x9E37_79B9_7F4A_7C15) & _MASK64
    return f"{mixed ^ (mixed >> 29):016x}"


def event_key(event: Event, header: BatchHeader) -> str:
    """A name for an event that no other event has, however often it is delivered."""
    said = f"{header.node}/{header.boot}/{event.cpu}/{event.time}/{event.tid}/{event.event_id}"
    return blake2b(said.encode(), digest_size=16).hexdigest()


def flag_names(table: str, value: int) -> list[str]:
    """The names of the bits of *value*; what has no name is one hexadecimal string at the end."""
    return list(_flag_names(table, value))


@lru_cache(maxsize=4096)
def _flag_names(table: str, value: int) -> tuple[str, ...]:
    names = []
    if table in FIELDS:
        mask, values = FIELDS[table]
        if (value & mask) in values:
            names.append(values[value & mask])
            value &= ~mask
    for bit, name in FLAGS[table].items():
        if value & bit:
            names.append(name)
            value &= ~bit
    return (*names, hex(value)) if value else tuple(names)


def split_strings(block: bytes) -> list[str]:
    """The strings of *block*, each ended by NUL; the last one may be cut."""
    parts = block.split(b"\0")
    if parts[-1] == b"":
        parts.pop()
    return [from_kernel(part) for part in parts]


def address(value: list[Any]) -> dict[str, Any]:
    """A socket address under the names of its C structure; of one that was too short, the family."""
    family, raw, port = value
    name = ENUMS["address_family"].get(family, family)
    if family == AF_INET and len(raw) == 4:
        return {"sa_family": name, "sin_addr": socket.inet_ntop(socket.AF_INET, raw), "sin_port": port}
    if family == AF_INET6 and len(raw) == 16:
        return {"sa_family": name, "sin6_addr": socket.inet_ntop(socket.AF_INET6, raw), "sin6_port": port}
    if family == AF_UNIX:
        abstract = raw[:1] == b"\0"
        path = raw[1:] if abstract else raw.split(b"\0", 1)[0]
        return {"sa_family": name, "sun_path": ("@" if abstract else "") + from_kernel(path)}
    return {"sa_family": name}


def error_name(return_value: int) -> str | None:
    """The name of the error that a system call has returned; None where it has returned none."""
    return ENUMS["errno"].get(-return_value) if -_MAX_ERRNO <= return_value < 0 else None


def io_vectors(value: list[int]) -> list[dict[str, Any]]:
    """Pieces of memory under the names of struct iovec."""
    return [
        {"iov_base": hex(base), "iov_len": length}
        for base, length in zip(value[::2], value[1::2], strict=True)
    ]


def _moments(value: list[int], fraction: str) -> list[dict[str, int]]:
    return [
        {"tv_sec": seconds, fraction: rest} for seconds, rest in zip(value[::2], value[1::2], strict=True)
    ]


def _timer(value: list[int], fraction: str) -> dict[str, Any]:
    interval, first = _moments(value, fraction)
    return {"it_interval": interval, "it_value": first}


_TIMES: dict[Kind, Callable[[list[int]], Any]] = {
    Kind.TIMESPEC: lambda value: _moments(value, "tv_nsec")[0],
    Kind.TIMEVAL: lambda value: _moments(value, "tv_usec")[0],
    Kind.TIMESPECS: lambda value: _moments(value, "tv_nsec"),
    Kind.TIMEVALS: lambda value: _moments(value, "tv_usec"),
    Kind.ITIMERSPEC: lambda value: _timer(value, "tv_nsec"),
    Kind.ITIMERVAL: lambda value: _timer(value, "tv_usec"),
}


def credentials(value: list[int]) -> dict[str, Any]:
    """Credentials under the names of struct cred; capabilities as lists of names."""
    named: dict[str, Any] = dict(zip(CREDENTIAL_FIELDS, value, strict=False))
    for field in CREDENTIAL_FIELDS[10:]:
        named[field] = flag_names("capability", named[field])
    return named


def _reader(argument: Argument) -> Callable[[Any], Any]:  # noqa: C901, PLR0911  (a table)
    match argument.kind:
        case Kind.INTEGER | Kind.BOOLEAN | Kind.INTEGERS:
            return lambda value: value
        case Kind.POINTER:
            return hex
        case Kind.STRING | Kind.PATH:
            return from_kernel
        case Kind.STRINGS:
            return split_strings
        case Kind.BYTES:
            return lambda value: base64.b64encode(value).decode()
        case Kind.ADDRESS:
            return address
        case Kind.CREDENTIALS:
            return credentials
        case Kind.FLAGS:
            return lambda value: flag_names(argument.names, value)
        case Kind.ENUM:
            table = ENUMS[argument.names]
            return lambda value: table.get(value, value)
        case Kind.IOVECS:
            return io_vectors
        case _:
            return _TIMES[argument.kind]


_READERS = {
    definition.id: [(argument.name, _reader(argument)) for argument in definition.arguments]
    for definition in BY_ID.values()
}
_args = msgspec.msgpack.Decoder(list[Any])


def definition_of(event: Event) -> Definition:
    """The catalogue's entry of *event*.

    Raises:
        EventError: This catalogue has none; a newer collector sent it.
    """
    try:
        return BY_ID[event.event_id]
    except KeyError:
        raise EventError("not in this catalogue", event_id=event.event_id) from None


def arguments(event: Event, only: Collection[str] | None = None) -> dict[str, Any]:
    """The arguments of *event* by name; one that the collector did not send is None.

    Args:
        event: The event.
        only: Names of the arguments to read; all of them where None.

    Raises:
        EventError: The id is unknown, or a value is not of its argument's kind.
    """
    readers = _READERS[definition_of(event).id]
    try:
        values = _args.decode(event.args)
        values += [None] * (len(readers) - len(values))
        return {
            name: None if value is None else read(value)
            for (name, read), value in zip(readers, values, strict=False)
            if only is None or name in only
        }
    except (msgspec.DecodeError, RecursionError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise EventError(f"bad argument: {error}", event_id=event.event_id) from error


def _marked(definition: Definition, bits: int) -> list[str]:
    return [argument.name for position, argument in enumerate(definition.arguments) if bits >> position & 1]


def view_event(event: Event, header: BatchHeader) -> EventView:
    """*event* under the names of the contract.

    Raises:
        EventError: See `arguments`.
    """
    definition = definition_of(event)
    origins = dict.fromkeys(_marked(definition, event.racy), "racy")
    origins |= dict.fromkeys(_marked(definition, event.user), "user")
    return EventView(
        id=event_key(event, header),
        name=definition.name,
        time=rfc3339(event.time + header.clock_offset),
        args=arguments(event),
        return_value=event.return_value,
        syscall=SYSCALLS.get(event.syscall),
        abi=abi_of(event.syscall),
        error=error_name(event.return_value),
        truncated=_marked(definition, event.truncated),
        origins=origins,
        via=VIA.get(event.via or 0),
    )


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else from_kernel(raw)


def view_process(event: Event, header: BatchHeader) -> ProcessView:
    """The process of *event* under the names of the contract."""
    image = event.image
    return ProcessView(
        key=process_key(event.pid, event.start_time),
        pid=event.pid,
        tid=event.tid,
        ns_pid=event.ns_pid,
        ns_tid=event.ns_tid,
        uid=event.uid,
        gid=event.gid,
        comm=from_kernel(event.comm),
        exe=_text(image.exe),
        argv=None if image.argv is None else split_strings(image.argv),
        cwd=_text(event.cwd),
        start_time=rfc3339(event.start_time + header.clock_offset),
        ancestors=[
            AncestorView(
                key=process_key(ancestor.pid, ancestor.start_time),
                pid=ancestor.pid,
                comm=from_kernel(ancestor.comm),
                exe=_text(ancestor.exe),
            )
            for ancestor in image.ancestors
        ],
        mount_namespace=event.mount_namespace,
        pid_namespace=event.pid_namespace,
        cgroup_id=event.cgroup_id,
    )


def view_container(event: Event, known: Container | None = None) -> ContainerView | None:
    """The container of *event*; None on the host.

    Args:
        event: Its cgroup's name tells the id.
        known: What the inventory has of that container; None where it has nothing.
    """
    found = container_id(event.image.cgroup)
    if found is None:
        return None
    identity, runtime = found
    if known is None or known.id != identity:
        return ContainerView(id=identity, runtime=runtime, started=event.image.started)
    return ContainerView(
        id=identity,
        runtime=runtime or known.runtime,
        name=known.name,
        image=known.image,
        image_digest=known.image_digest,
        started=event.image.started,
    )


def view_pod(known: Container | None) -> PodView | None:
    """The pod of a container; None where it is in none, or nothing is known of it."""
    return known.pod if known else None
