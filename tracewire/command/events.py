"""`tracewire events`: events as they happen, collected only as long as somebody looks."""

import argparse
import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from difflib import get_close_matches
from typing import NamedTuple

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from tracewire import bus, subjects
from tracewire.batch import Batch, BatchHeader
from tracewire.catalogue import BY_NAME, Definition
from tracewire.catalogue.sets import SETS
from tracewire.clause import to_raw
from tracewire.command import filters, policy
from tracewire.command.asked import Asked
from tracewire.command.errors import Exit, UsageError
from tracewire.command.fields import Sight
from tracewire.command.interrupts import until_interrupted
from tracewire.command.output import print_line
from tracewire.command.printing import say
from tracewire.command.table import events_table
from tracewire.condition import answers
from tracewire.containers import container_id
from tracewire.errors import BatchError, EventError
from tracewire.event import Event
from tracewire.finding import ContainerView, EventView, PodView, ProcessView
from tracewire.interest import EventInterest, Interest, union
from tracewire.lease import Lease, leased
from tracewire.roster import Roster
from tracewire.settings import Settings
from tracewire.view import view_container, view_event, view_pod, view_process

_ATTACH_SECONDS = 3.0
_PAUSE_SECONDS = 0.1
_MOST_NAMED = 12


class EventLine(msgspec.Struct, frozen=True, kw_only=True):
    """What `tracewire events --json` prints: the objects of a finding, without a judgement."""

    node: str
    event: EventView
    process: ProcessView
    container: ContainerView | None
    pod: PodView | None


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Print events until interrupted."""
    asked = ask(given.event, given.filter, given.policy)
    asyncio.run(until_interrupted(_watch(given, settings, asked)))
    return Exit.DONE


def ask(events: list[str], conditions: list[str], policies: Sequence[str] = ()) -> list[Asked]:
    """What each of *events* asks for: names with commas between them, behind a space filters of their own.

    Args:
        events: As typed.
        conditions: Filters of all of them, and of the policies.
        policies: Files that ask for more, see `tracewire.command.policy`.

    Raises:
        UsageError: An event, a field or a value is not there; a policy is none.
    """
    if not events and not policies:
        raise UsageError("Nothing is asked for.", "Name events with -e, or files with --policy.")
    split = [text.split() or [""] for text in events]
    wishes = [_Wish(definitions(names.split(",")), own) for names, *own in split]
    for path in policies:
        wishes += _of_policy(path)
    every = list({each.name: each for wish in wishes for each in wish.definitions}.values())
    follow = "follow" in conditions
    common = filters.parse([each for each in conditions if each != "follow"], every)
    asked = []
    for wish in wishes:
        with wish.at_its_place():
            parsed = filters.parse([each for each in wish.filters if each != "follow"], wish.definitions)
            followed = follow or "follow" in wish.filters
            asked.append(Asked(wish.definitions, [*parsed, *common], follow=followed))
    return asked


class _Wish(NamedTuple):
    """Events and filters for these alone, and where a file says so."""

    definitions: list[Definition]
    filters: list[str]
    place: policy.Place | None = None

    def at_its_place(self) -> AbstractContextManager[None]:
        """Within the block an error says where the filter stands that it is about."""
        return nullcontext() if self.place is None else _placed(self.place, self.filters)


@contextmanager
def _placed(place: policy.Place, words: Iterable[str]) -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        # What is refused is in the sentence, whole or with its value cut off.
        about = [each for each in words if each in error.problem or _field(each) in error.problem]
        raise UsageError(f"{place.of(about[0] if about else '')}: {error.problem}", error.remedy) from error


def _field(condition: str) -> str:
    """What stands before the operator, as an error quotes it."""
    return repr(re.split(r"[!<>=]", condition, maxsplit=1)[0])


def _of_policy(path: str) -> Iterator[_Wish]:
    said, place = policy.read(path)
    for rule in said.rules:
        for name in rule.events:
            with _placed(place, [name]):
                definitions([name])
        yield _Wish(definitions(rule.events), [*rule.filters, *said.filters], place)


def definitions(names: list[str]) -> list[Definition]:
    """The catalogue's entries of *names*, of events and of sets.

    Raises:
        UsageError: One is neither.
    """
    found: list[Definition] = []
    for name in (each.strip() for each in names):
        if name not in SETS and name not in BY_NAME:
            nearest = get_close_matches(name, [*SETS, *BY_NAME], n=1)
            hint = (
                f"Did you mean {nearest[0]!r}?" if nearest else "See docs/events/README.md for all of them."
            )
            raise UsageError(f"No event or set of events is called {name!r}.", hint)
        found += SETS.get(name) or [BY_NAME[name]]
    return list({definition.name: definition for definition in found}.values())


def interest_in(asked: list[Asked]) -> dict[str, EventInterest]:
    """What to ask collectors for: what the filters leave, as far as they can be told in the kernel.

    Arguments that are sent on request are asked for only if a filter names them.
    """
    return union(
        [
            Interest(asker="", events={definition.name: _interest(definition, each)})
            for each in asked
            for definition in each.definitions
        ]
    )


def _interest(definition: Definition, asked: Asked) -> EventInterest:
    clause = asked.clause(definition)
    fields = [each.fields.get(definition.name) for each in asked.filters]
    named = {field.path.split(".")[1] for field in fields if field and field.path.startswith("args.")}
    return EventInterest(
        clauses=[to_raw(clause)] if clause else [],
        arguments=[each.name for each in definition.arguments if each.on_request and each.name in named],
    )


async def _watch(given: argparse.Namespace, settings: Settings, asked: list[Asked]) -> None:
    wanted = list({each.name: each for some in asked for each in some.definitions}.values())
    async with bus.connection(
        given.nats or settings.nats, "tracewire events", credentials=settings.nats_seed, ca=settings.nats_ca
    ) as client:
        roster = Roster(client)
        await roster.start()
        printer = Printer(asked, roster, as_json=given.json)
        for family in dict.fromkeys(definition.family for definition in wanted):
            await client.subscribe(subjects.family_events(family), cb=printer.take)
        async with leased(client, "tracewire events", interest_in(asked)) as lease:
            reporter = asyncio.create_task(_report(client, lease, wanted))
            try:
                await printer.finished
            finally:
                reporter.cancel()


async def _report(client: Client, lease: Lease, wanted: list[Definition]) -> None:
    """Say on stderr who collects, and what none can."""
    deadline = asyncio.get_running_loop().time() + _ATTACH_SECONDS
    while True:
        collectors = [status for status in await answers(client) if status.service == "collector"]
        applied = [s for s in collectors if s.detail.get("applied", {}).get(lease.key) == lease.revision]
        if collectors and len(applied) == len(collectors):
            break
        if asyncio.get_running_loop().time() > deadline:
            if not collectors:
                say("no collector answers; events will come when one does (`tracewire up` starts one)")
            break
        await asyncio.sleep(_PAUSE_SECONDS)
    for status in applied:
        say(f"watching on {status.node}: {_watched(wanted, status.detail.get('interest', {}))}")
        for problem in status.problems:
            say(f"{status.node}: {problem}")


def _watched(wanted: list[Definition], rungs: Mapping[str, str | None]) -> str:
    """Each event with its rung; of many, how many there are on each."""
    if len(wanted) <= _MOST_NAMED:
        return ", ".join(f"{each.name} ({rungs.get(each.name)})" for each in wanted)
    counted = Counter(rungs.get(each.name) for each in wanted)
    return ", ".join(f"{count} events ({rung})" for rung, count in counted.most_common())


class Printer:
    """Prints the wanted events of every batch that arrives.

    Attributes:
        finished: Never has a result; has an exception once printing failed.
    """

    def __init__(self, asked: list[Asked], roster: Roster, *, as_json: bool) -> None:
        self._ids = frozenset(definition.id for each in asked for definition in each.definitions)
        self._asked = asked
        self._roster = roster
        self._table = None if as_json else events_table()
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._table is not None:
            print(self._table.head(), flush=True)

    async def take(self, message: Msg) -> None:
        """Print what is wanted of one batch."""
        try:
            batch = Batch(message.data)
            events = list(batch.select(self._ids))
            containers = {found[0] for event in events if (found := container_id(event.image.cgroup))}
            await asyncio.gather(*map(self._roster.find, containers))
            for event in events:
                self._print(event, batch.header)
        except (BatchError, EventError) as error:
            say(str(error))
        except OSError as error:
            # A callback's exception would be logged by the bus; this one ends the command.
            if not self.finished.done():
                self.finished.set_exception(error)

    def _print(self, event: Event, header: BatchHeader) -> None:
        found = container_id(event.image.cgroup)
        known = self._roster.get(found[0]) if found else None
        sight = Sight(
            header.node,
            view_event(event, header),
            view_process(event, header),
            view_container(event, known),
            view_pod(known),
        )
        # Each has to see it, as each remembers whom it follows.
        if not any([each.accepts(sight) for each in self._asked]):  # noqa: C419
            return
        if self._table is not None:
            print(self._table.event(sight.event, sight.process, sight.container), flush=True)
        else:
            print_line(EventLine(**sight._asdict()))
