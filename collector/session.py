"""The kernel side of a running collector: objects, rings, tables, attached programs."""

import os
import time
from collections.abc import Iterable, Mapping

from collector import objects as bpf_objects
from collector.btf import open_file
from collector.decisions import decisions, sampling_mask
from collector.machine import Machine
from collector.objects import Objects
from collector.ring import Ring
from collector.rungs import Attachments, Choice, check
from collector.tables import Tables
from tracewire.catalogue import BY_NAME
from tracewire.interest import EventInterest


class Session:
    """What is loaded and attached. Nothing is attached before `apply`.

    Attributes:
        objects: Loaded programs and maps.
        rings: Of families of which something was wanted.
        choices: The rung of each wanted event, by event name.
        unknown: Names that are wanted and that this catalogue does not have.
        generation: Counts the applied interests.
    """

    def __init__(
        self,
        machine: Machine,
        *,
        ring_mebibytes: int,
        btf: str | None,
        pushdown: bool = True,
        sample: int = 0,
        rungs: Mapping[str, str] | None = None,
    ) -> None:
        """Load what all events share.

        Args:
            machine: Where the cgroup root and the kernel's types are.
            ring_mebibytes: Size of a ring buffer.
            btf: A file with the kernel's types, or a directory of such; None: the kernel's own.
            pushdown: Whether the kernel decides by the clauses of interests, or sends everything.
            sample: Of so many instances of an event one is never dropped; 0: none is kept for that.
            rungs: By event, the one rung that it may stand on.

        Raises:
            ObjectsError: There are no objects.
            TypesError: *btf* is not there, is no BTF, is cut short or another kernel's.
            SettingsError: Of *rungs*, an event or a rung does not exist.
        """
        check(rungs or {})
        self._types = open_file(btf) if btf else None
        self._pushdown = pushdown
        self._cgroup_fd = os.open(machine.cgroup, os.O_RDONLY | os.O_DIRECTORY) if machine.cgroup else None
        try:
            self.objects = Objects(bpf_objects.folder(), ring_mebibytes=ring_mebibytes, types=self._types)
        except BaseException:
            self._forget()
            raise
        self.rings: dict[str, Ring] = {}
        self._tables = Tables(self.objects, sampling=sampling_mask(sample))
        self.attachments = Attachments(
            self.objects, self._cgroup_fd, preemptible=machine.preemptible, forced=rungs
        )
        self.choices: dict[str, Choice] = {}
        self.unknown: list[str] = []
        self.generation = 0

    def prepare(self, wanted: Iterable[str]) -> None:
        """Load what events *wanted* need: the part of `apply` that may take seconds.

        May run in a thread of its own, beside everything but another `prepare`, `apply` or `close`.
        """
        self.attachments.prepare(BY_NAME[name] for name in wanted if name in BY_NAME)

    def apply(self, wanted: Mapping[str, EventInterest]) -> float:
        """Attach what *wanted* needs and detach what it does not, and return the seconds it took.

        What was not prepared is loaded first.

        New events begin only after all that they need is in place; events that are no
        longer wanted end before anything of theirs is taken away.
        """
        begin = time.monotonic()
        self.generation += 1
        events = {name: BY_NAME[name] for name in wanted if name in BY_NAME}
        self.unknown = sorted(wanted.keys() - events.keys())
        tables = decisions(wanted, self.generation, pushdown=self._pushdown)
        gone = {choice.event.id for choice in self.choices.values()} - tables.keys()
        if gone:
            self._tables.want({number: table for number, table in tables.items() if self._is_seen(number)})
        choices = self.attachments.choose(events.values())
        for family in self.objects.rings.keys() - self.rings.keys():
            found = self.objects.rings[family]
            self.rings[family] = Ring(found.fd, found.max_entries)
        self._tables.handle(handler for choice in choices for handler in choice.handlers)
        self._tables.call(choice.event for choice in choices if choice.rung)
        self._tables.handle_requests(handler for choice in choices for handler in choice.request_handlers)
        seen = {choice.event.id for choice in choices if choice.rung}
        self._tables.want({number: table for number, table in tables.items() if number in seen})
        self.attachments.keep(choices)
        self.choices = {choice.event.name: choice for choice in choices}
        return time.monotonic() - begin

    def _is_seen(self, number: int) -> bool:
        return any(choice.event.id == number and choice.rung for choice in self.choices.values())

    def problems(self) -> list[str]:
        """A sentence for each wanted event that cannot be seen."""
        sentences = [choice.problem for choice in self.choices.values() if choice.problem]
        return sentences + [f"no event is called {name!r} here" for name in self.unknown]

    def missed_calls(self) -> dict[str, int]:
        """By program, calls that the kernel skipped; of attached programs and of handlers."""
        handlers = {
            part
            for choice in self.choices.values()
            for handler in choice.handlers
            for part in (handler.enter, handler.exit)
            if part
        } | {
            handler.program
            for choice in self.choices.values()
            for handler in choice.request_handlers
            if handler.program
        }
        return self.objects.missed_calls(self.attachments.links.keys() | handlers)

    def detach(self) -> None:
        """End all events: the rings receive nothing any more."""
        self._tables.want({})
        self.attachments.close()

    def close(self) -> None:
        """Detach and unload."""
        self.attachments.close()
        for ring in self.rings.values():
            ring.close()
        self.objects.close()
        self._forget()

    def _forget(self) -> None:
        if self._cgroup_fd is not None:
            os.close(self._cgroup_fd)
            self._cgroup_fd = None
        if self._types is not None:
            self._types.close()
            self._types = None
