"""From wanted events to attached programs: the best rung that this kernel allows."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from collector.errors import AttachError
from collector.handlers import Handler, RequestHandler, handlers_of, request_handlers_of
from collector.objects import Objects
from tracewire.catalogue import BY_NAME, Definition, Rung
from tracewire.errors import SettingsError

if TYPE_CHECKING:
    from collector.libbpf import Link


class Choice(NamedTuple):
    """The rung that an event stands on.

    Attributes:
        event: Which event.
        rung: None where this kernel allows none.
        refused: Why each better rung cannot be had, by its name.
        request_rung: On which it is seen where io_uring does it; None where it is not.
        requests_refused: Why each better one of those cannot be had, by its name.
    """

    event: Definition
    rung: Rung | None
    refused: Mapping[str, str]
    request_rung: Rung | None = None
    requests_refused: Mapping[str, str] = {}

    @property
    def handlers(self) -> list[Handler]:
        """What it needs of system calls."""
        return handlers_of(self.event, self.rung) if self.rung else []

    @property
    def request_handlers(self) -> list[RequestHandler]:
        """What it needs of io_uring."""
        return request_handlers_of(self.event, self.request_rung) if self.request_rung else []

    @property
    def programs(self) -> set[str]:
        """What has to be attached."""
        rungs = [rung for rung in (self.rung, self.request_rung) if rung]
        return {name for rung in rungs for name in rung.programs}

    @property
    def problem(self) -> str | None:
        """A sentence that says why the event cannot be seen; None where it can."""
        if self.rung:
            return None
        reasons = "; ".join(f"{name}: {reason}" for name, reason in self.refused.items())
        return f"{self.event.name} cannot be seen on this kernel ({reasons})"


def check(forced: Mapping[str, str]) -> None:
    """Whether each event of *forced*, rung by event, exists and has that rung.

    Raises:
        SettingsError: One does not.
    """
    for name, rung in forced.items():
        if name not in BY_NAME:
            nearest = get_close_matches(name, BY_NAME, n=1)
            remedy = f"Did you mean {nearest[0]!r}?" if nearest else "`tracewire doctor` lists all events."
            raise SettingsError("collector.rungs", f"there is no event {name!r}", remedy=remedy)
        names = [one.name for one in BY_NAME[name].rungs]
        if rung not in names:
            raise SettingsError(
                "collector.rungs",
                f"{name} has no rung {rung!r}",
                remedy=f"It has {', '.join(names)}." if names else "It stands on none.",
            )


class Attachments:
    """The programs that are attached, and no more than are needed.

    Attributes:
        links: By program.
        only: Name of the one rung to use; the best possible one where None.
    """

    def __init__(
        self,
        objects: Objects,
        cgroup_fd: int | None,
        *,
        preemptible: bool = False,
        only: str | None = None,
        forced: Mapping[str, str] | None = None,
    ) -> None:
        """Begin with nothing attached.

        Args:
            objects: Whose programs.
            cgroup_fd: Directory of the cgroup v2 root; None where there is none.
            preemptible: Whether the kernel may let another task run in the middle of a program.
            only: See the attribute; for tests.
            forced: By event, the one rung that it may stand on.
        """
        self._objects = objects
        self._preemptible = preemptible
        self._cgroup_fd = cgroup_fd
        self._refused: dict[str, str] = {}
        self.only = only
        self._forced = forced or {}
        self.links: dict[str, Link] = {}

    def prepare(self, events: Iterable[Definition]) -> None:
        """Load what the best possible rungs of *events* need, which may take seconds; nothing is attached.

        May run in a thread of its own, beside everything but another call of this or of `choose`.
        """
        ladders = [ladder for event in events for ladder in self._ladders(event) if ladder]
        while ladders:
            self._objects.load(name for ladder in ladders for name in ladder[0])
            ladders = [ladder[1:] for ladder in ladders if ladder[1:] and self._missing(ladder[0])]

    def choose(self, events: Iterable[Definition]) -> list[Choice]:
        """Attach what the best possible rungs of *events* need; nothing is detached yet."""
        listed = list(events)
        self.prepare(listed)
        return [self._choose(event) for event in listed]

    def keep(self, choices: Iterable[Choice]) -> None:
        """Detach everything that *choices* do not need."""
        needed = {name for choice in choices for name in choice.programs}
        for name in self.links.keys() - needed:
            self.links.pop(name).close()

    def close(self) -> None:
        """Detach everything."""
        self.keep(())

    def _ladders(self, event: Definition) -> list[list[tuple[str, ...]]]:
        """The programs of each rung that *event* may take, best first; the same of its requests."""
        rungs = [
            rung
            for rung in in_order(event.rungs, preemptible=self._preemptible)
            if self.only in {None, rung.name} and self._forced.get(event.name, rung.name) == rung.name
        ]
        return [
            [_needed(event, rung) for rung in rungs],
            [_needed_for_requests(event, rung) for rung in event.request_rungs],
        ]

    def _choose(self, event: Definition) -> Choice:
        refused: dict[str, str] = {}
        for rung in in_order(event.rungs, preemptible=self._preemptible):
            if self.only not in {None, rung.name}:
                continue
            if self._forced.get(event.name, rung.name) != rung.name:
                refused[rung.name] = f"{self._forced[event.name]} is asked for"
                continue
            reason = self._missing(_needed(event, rung)) or self._attach(rung)
            if reason is None:
                return Choice(event, rung, refused, *self._choose_for_requests(event))
            refused[rung.name] = reason
        return Choice(event, None, refused)

    def _choose_for_requests(self, event: Definition) -> tuple[Rung | None, dict[str, str]]:
        refused: dict[str, str] = {}
        for rung in event.request_rungs:
            reason = self._missing(_needed_for_requests(event, rung)) or self._attach(rung)
            if reason is None:
                return rung, refused
            refused[rung.name] = reason
        return None, refused

    def _missing(self, programs: Iterable[str]) -> str | None:
        """Why a rung cannot work: one of *programs* that cannot be loaded or attached."""
        listed = dict.fromkeys(programs)
        self._objects.load(listed)
        for name in listed:
            if name not in self._objects.programs:
                return f"{name}: {self._objects.refused.get(name, 'no object has such a program')}"
        return None

    def _attach(self, rung: Rung) -> str | None:
        """Attach what *rung* needs, or say why that is not possible."""
        for name in rung.programs:
            if name in self.links:
                continue
            if name not in self._refused:
                try:
                    self.links[name] = self._objects.attach(name, self._cgroup_fd)
                except AttachError as error:
                    # Asked once: a kernel does not change its mind, and each refusal costs a system call.
                    self._refused[name] = error.reason
            if name in self._refused:
                return f"{name}: {self._refused[name]}"
        return None


def _needed(event: Definition, rung: Rung) -> tuple[str, ...]:
    """The programs that *event* needs on *rung*, those that are never attached included."""
    return (*rung.programs, *(part for each in handlers_of(event, rung) for part in each[2:] if part))


def _needed_for_requests(event: Definition, rung: Rung) -> tuple[str, ...]:
    """The same on *rung* of its `request_rungs`."""
    handlers = request_handlers_of(event, rung)
    return (*rung.programs, *(handler.program for handler in handlers if handler.program))


def in_order(rungs: Iterable[Rung], *, preemptible: bool) -> list[Rung]:
    """*rungs*, best first. What preempts skips a trampoline's program and never a kprobe's."""
    ordered = list(rungs)
    names = [rung.name for rung in ordered]
    if preemptible and {"fexit", "kprobe"} <= set(names):
        ordered.insert(names.index("fexit"), ordered.pop(names.index("kprobe")))
    return ordered
