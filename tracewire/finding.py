"""A finding: the JSON that other services build on. Fields are only ever added."""

from typing import Any

import msgspec


class SignatureReference(msgspec.Struct, frozen=True, kw_only=True):
    """Which signature found it.

    Attributes:
        id: Such as TW-0102; stays when the signature is renamed.
        name: As in the subject, `[a-z0-9_]+`.
        title: One line for people.
        version: Of the signature.
        severity: info, low, medium, high or critical.
        attack: ATT&CK technique ids.
        tags: Free words.
    """

    id: str
    name: str
    title: str
    version: str = "1.0.0"
    severity: str
    attack: list[str] = []
    tags: list[str] = []


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """An event for people and programs: numbers resolved to names.

    Attributes:
        id: Unique for this event; the same each time it is read.
        name: As in the catalogue.
        time: UTC, RFC 3339 with nanoseconds.
        args: By argument name; None where the kernel could not tell.
        return_value: Of the system call; 0 outside of one.
        syscall: Its name, None outside of one.
        abi: Whose table of system calls that is from: `x86_64`, `i386` of a 32-bit one, None outside of one.
        error: Name of the error that `return_value` is, such as EPERM; None where it is none.
        via: `io_uring` where a request did what the system call does, None otherwise.
        truncated: Names of arguments that were cut.
        origins: For each argument that is not exact, `racy` or `user`.
    """

    id: str
    name: str
    time: str
    args: dict[str, Any]
    return_value: int = 0
    syscall: str | None = None
    truncated: list[str] = []
    origins: dict[str, str] = {}
    abi: str | None = None
    error: str | None = None
    via: str | None = None


class AncestorView(msgspec.Struct, frozen=True, kw_only=True):
    """A process from which another descends."""

    key: str
    pid: int
    comm: str
    exe: str | None = None


class ProcessView(msgspec.Struct, frozen=True, kw_only=True):
    """The process that an event happened in. Pids are the host's, `ns_` ones its own."""

    key: str
    pid: int
    tid: int
    ns_pid: int
    ns_tid: int
    uid: int
    gid: int
    comm: str
    exe: str | None = None
    argv: list[str] | None = None
    cwd: str | None = None
    start_time: str
    ancestors: list[AncestorView] = []
    mount_namespace: int = 0
    pid_namespace: int = 0
    cgroup_id: int = 0


class ContainerView(msgspec.Struct, frozen=True, kw_only=True):
    """The container that an event happened in; what is not known is None."""

    id: str
    runtime: str | None = None
    name: str | None = None
    image: str | None = None
    image_digest: str | None = None
    started: bool | None = None


class PodView(msgspec.Struct, frozen=True, kw_only=True):
    """The Kubernetes pod that an event happened in."""

    name: str
    namespace: str
    uid: str


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What the collector did not see around the event.

    Attributes:
        window_seconds: How long before the event is meant.
        lost: Events of its family that were lost in that time.
    """

    window_seconds: int
    lost: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One signature's judgement of one event.

    Attributes:
        id: The same however often the event is evaluated; the Nats-Msg-Id.
        time: Of the event.
        node: Name of the host.
        signature: Which one.
        data: What the signature says about it.
        event: What happened.
        process: Who did it.
        container: Where; None on the host.
        pod: None outside of Kubernetes.
        revision: Of the bundle of signatures that decided.
        coverage: What was not seen meanwhile.
    """

    id: str
    time: str
    node: str
    signature: SignatureReference
    data: dict[str, Any]
    event: EventView
    process: ProcessView
    container: ContainerView | None
    pod: PodView | None
    revision: str
    coverage: Coverage
