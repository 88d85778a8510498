"""The kernel's events of programs that say themselves what they did.

Uses the collector's own modules up to the ring: what is compared is what would go to the bus.
"""

import os
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from collector.btf import open_file
from collector.machine import examine
from collector.objects import Objects, folder
from collector.ring import Ring
from collector.rungs import Attachments, Choice
from collector.tables import Tables, event_table
from tracewire.batch import BatchHeader
from tracewire.catalogue import BY_NAME
from tracewire.event import Event
from tracewire.finding import EventView, ProcessView
from tracewire.interest import EventInterest
from tracewire.view import view_event, view_process

DEADLINE_SECONDS = 60
TICK_NANOSECONDS = 10_000_000  # of /proc/PID/stat: USER_HZ is 100

HEADER = BatchHeader(1, "node", "boot", "session", "family", 0, 0, 0, 0)
_records = msgspec.msgpack.Decoder(list[Event | bytes])
_COUNTS = struct.Struct("<6Q")
COUNT_NAMES = ("generated", "filtered", "lost_ring", "lost_scratch", "lost_size", "truncated")


HOOKED = frozenset({"lsm", "fexit", "kprobe"})
_rungs: dict[str, str | None] = {}  # on which each event stands that was wanted last


class _Unreadable:
    """Equal to whatever the kernel says: a process may not read everything about its ancestors."""

    def __eq__(self, other: object) -> bool:
        return other is not None

    __hash__ = object.__hash__


UNREADABLE = _Unreadable()


class Seen(NamedTuple):
    """An event of the kernel.

    Attributes:
        raw: As the kernel wrote it.
        event: Under the names of the contract.
        process: Who did it.
    """

    raw: Event
    event: EventView
    process: ProcessView


class Run(NamedTuple):
    """A program that has run.

    Attributes:
        process: What it was, as it told: text as bytes in Latin-1.
        did: What it did.
        events: What the kernel told of that process, in order.
        everything: The same of all processes.
        status: Its exit code.
    """

    process: dict[str, Any]
    did: dict[str, Any]
    events: list[Seen]
    everything: list[Seen]
    status: int


def seen(event: Event) -> Seen:
    """*event* with its views."""
    return Seen(event, view_event(event, HEADER), view_process(event, HEADER))


class Capture:
    """The kernel's side of a collector: loaded and attached is only what a test wants.

    The kernel's types are its own, or those in the file or directory CONFORMANCE_BTF.

    Attributes:
        only: Name of the rung that events must stand on; the best possible one where None.
        unwanted: Whether a test that wants these events is to be skipped.
        stood_on: The rung of each event that was wanted last, None where there is none.
        requests_stood_on: The same where io_uring does it.
    """

    def __init__(self, *, ring_mebibytes: int = 16) -> None:
        self.only: str | None = None
        self.unwanted: Callable[[Sequence[str]], bool] = lambda _names: False
        self.stood_on: dict[str, str | None] = {}
        self.requests_stood_on: dict[str, str | None] = {}
        given = os.environ.get("CONFORMANCE_BTF")
        self._types = open_file(given) if given else None
        self.objects = Objects(folder(), ring_mebibytes=ring_mebibytes, types=self._types)
        facts = examine(given)
        root = facts.cgroup
        self._cgroup = os.open(root, os.O_RDONLY | os.O_DIRECTORY) if root else None
        self._attachments = Attachments(self.objects, self._cgroup, preemptible=facts.preemptible)
        self.tables = Tables(self.objects)
        self._announced: dict[str, set[str]] = {}
        self.rings: dict[str, Ring] = {}

    def close(self) -> None:
        """Detach and unload everything."""
        self._attachments.close()
        for ring in self.rings.values():
            ring.close()
        self.objects.close()
        if self._types is not None:
            self._types.close()
        if self._cgroup is not None:
            os.close(self._cgroup)

    @contextmanager
    def wanting(self, *names: str, arguments: Sequence[str] = ()) -> Iterator[list[Choice]]:
        """Events *names* are wanted and nothing else, every instance of them."""
        if self.unwanted(names):
            pytest.skip("another event is asked for")
        self._attachments.only = self.only
        choices = self._attachments.choose([BY_NAME[name] for name in names])
        for family in self.objects.rings.keys() - self.rings.keys():
            found = self.objects.rings[family]
            self.rings[family] = Ring(found.fd, found.max_entries)
        self.stood_on = {choice.event.name: choice.rung.name if choice.rung else None for choice in choices}
        self.requests_stood_on = {
            choice.event.name: choice.request_rung.name if choice.request_rung else None for choice in choices
        }
        _rungs.update(self.stood_on)
        missing = [choice.problem for choice in choices if choice.problem]
        if missing and self.only:
            self._attachments.close()
            pytest.skip("; ".join(missing))
        assert missing == []
        interest = EventInterest(arguments=list(arguments))
        size = self.tables.wanted_size
        self._attachments.keep(choices)
        self.tables.handle([handler for choice in choices for handler in choice.handlers])
        self.tables.call(choice.event for choice in choices)
        self.tables.handle_requests([handler for choice in choices for handler in choice.request_handlers])
        self.tables.want(
            {choice.event.id: event_table(choice.event, interest, 1, size) for choice in choices}
        )
        self.take()
        self._announced = {
            choice.event.name: {
                name for rung in (choice.rung, choice.request_rung) if rung for name in rung.exactness
            }
            for choice in choices
        }
        try:
            yield choices
        finally:
            self.tables.want({})
            self.tables.handle(())
            self.tables.call(())
            self.tables.handle_requests(())
            self._attachments.close()
            self.take()

    def take(self) -> list[Event]:
        """Every event that the rings hold, oldest first."""
        events: list[Event] = []
        for ring in self.rings.values():
            while (region := ring.take()) is not None:
                head = b"\xdd" + struct.pack(">I", 2 * region.count)
                events += [
                    record for record in _records.decode(head + region.data) if isinstance(record, Event)
                ]
        return sorted(events, key=lambda event: event.time)

    def counts(self, name: str) -> dict[str, int]:
        """The kernel's counts of event *name*, of all CPUs together."""
        cpus = self.counts_by_cpu(name)
        return {count: sum(cpu[count] for cpu in cpus) for count in COUNT_NAMES}

    def counts_by_cpu(self, name: str) -> list[dict[str, int]]:
        """The same of each CPU."""
        rows = self.objects.maps["counts"].get_per_cpu(struct.pack("=I", BY_NAME[name].id))
        return [dict(zip(COUNT_NAMES, _COUNTS.unpack(row[: _COUNTS.size]), strict=True)) for row in rows]

    def run(self, command: Sequence[str | Path] | Sequence[str | bytes | Path], **options: Any) -> Run:
        """Run a program that tells what it did, and collect its events."""
        output = options.pop("output", None)
        program = subprocess.Popen(command, stdout=subprocess.PIPE, **options)
        try:
            said, _ = program.communicate(timeout=DEADLINE_SECONDS)
        finally:
            if program.poll() is None:
                program.kill()
                program.wait()
        if output is not None:
            said = output.read_bytes()
        everything = [seen(event) for event in self.take()]
        for one in everything:
            # What the catalogue says is exact on this rung is never marked.
            assert set(one.event.origins) <= self._announced[one.event.name], one.event
        told = msgspec.json.decode(said) if said.strip() else {}
        process = told.get("process", {"pid": program.pid})
        mine = [one for one in everything if one.raw.pid == process["pid"]]
        return Run(process, told.get("did", {}), mine, everything, program.returncode)


def shown(text: str | None) -> str | None:
    """What the contract shows for bytes that a program told as Latin-1."""
    return None if text is None else text.encode("latin-1").decode("utf-8", "backslashreplace")


def _known(path: str | None) -> str | None:
    """/proc says ` (deleted)` behind the path of a file that is gone, and a slash before one in memory."""
    if path is None:
        return None
    return path.removesuffix(" (deleted)").replace("/memfd:", "memfd:", int(path.startswith("/memfd:")))


def cgroup_id(path: str | None) -> int:
    """The id of cgroup *path* as /proc/PID/cgroup names it."""
    root = examine().cgroup
    return Path(f"{root}{path}").stat().st_ino if root and path is not None else 0


def told_process(process: Mapping[str, Any], *, cwd: bool = True) -> dict[str, Any]:
    """What an event should say about a process, from what the process told."""
    strings = process["argv"].split("\0")
    return {
        "pid": process["pid"],
        "tid": process["pid"],
        "ns_pid": process["ns_pid"],
        "ns_tid": process["ns_tid"],
        "uid": process["uid"],
        "gid": process["gid"],
        "comm": shown(process["comm"]),
        "exe": shown(_known(process["exe"])),
        "argv": [shown(string) for string in strings[:-1]],
        "cwd": shown(_known(process["cwd"])) if cwd else None,
        "start_ticks": process["start_ticks"],
        "ancestors": [
            {
                "pid": one["pid"],
                "start_ticks": one["start_ticks"],
                "comm": shown(one["comm"]),
                "exe": UNREADABLE if one["exe"] is False else shown(_known(one["exe"])),
            }
            for one in process["ancestors"]
        ],
        "mount_namespace": process["mount_namespace"],
        "pid_namespace": process["pid_namespace"],
        "cgroup_id": cgroup_id(process["cgroup"]),
    }


def seen_process(one: Seen) -> dict[str, Any]:
    """The same from the event."""
    view = msgspec.to_builtins(one.process)
    del view["key"]
    del view["start_time"]
    ancestors = [
        {
            "pid": ancestor.pid,
            "start_ticks": ancestor.start_time // TICK_NANOSECONDS,
            "comm": shown(ancestor.comm.decode("latin-1")),
            "exe": None if ancestor.exe is None else shown(ancestor.exe.decode("latin-1")),
        }
        for ancestor in one.raw.image.ancestors
    ]
    return {**view, "start_ticks": one.raw.start_time // TICK_NANOSECONDS, "ancestors": ancestors}


def what(one: Seen) -> dict[str, Any]:
    """An event as one value: what happened, without when and who."""
    return {
        "name": one.event.name,
        "args": one.event.args,
        "return_value": one.event.return_value,
        "syscall": one.event.syscall,
        "truncated": one.event.truncated,
        "origins": one.event.origins,
    }


class AtMost(dict[str, str]):
    """Origins on a hook's rung, which may be more exact than inner tracepoints: any part of these."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and other.items() <= self.items()

    __hash__ = None  # type: ignore[assignment]  # as dict's


class AtLeast(dict[str, str]):
    """Origins below inner tracepoints, where more comes from the caller's memory: these and others."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and self.items() <= other.items()

    __hash__ = None  # type: ignore[assignment]  # as dict's


def expected_origins(name: str, origins: dict[str, str]) -> dict[str, str]:
    """*origins* on the native rung of event *name*: a part of them on a hook's, more on one below."""
    if is_hooked(name):
        return AtMost(origins)
    below = _rungs.get(name) == "sys_exit" and any(rung.name == "inner" for rung in BY_NAME[name].rungs)
    return AtLeast(origins) if below else origins


def is_hooked(name: str) -> bool:
    """Whether event *name* stands on a hook, which knows what inner tracepoints have to search."""
    return _rungs.get(name) in HOOKED


def told(name: str, syscall: str | None, args: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
    """The same from what a program told."""
    usual: dict[str, Any] = {"return_value": 0, "truncated": [], "origins": {}}
    value = {"name": name, "syscall": syscall, "args": dict(args), **usual, **rest}
    return {**value, "origins": expected_origins(name, value["origins"])}


def happened_lately(one: Seen, seconds: float = DEADLINE_SECONDS) -> bool:
    """Whether the event's time is a moment of this test, on the clock that it claims."""
    now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return now - seconds * 1e9 < one.raw.time <= now
