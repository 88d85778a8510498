"""`tracewire events`: events as they happen, collected only as long as somebody looks."""

import argparse
import asyncio
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from tracewire import bus, subjects
from tracewire.batch import Batch, BatchHeader
from tracewire.catalogue import BY_NAME, Definition
from tracewire.catalogue.sets import SETS
from tracewire.clause import to_raw
from tracewire.command import filters
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
    asyncio.run(until_interrupted(_watch(given, settings, ask(given.event, given.filter))))
    return Exit.DONE


def ask(events: list[str], conditions: list[str]) -> list[Asked]:
    """What each of *events* asks for: names with commas between them, behind a space filters of their own.

    Raises:
        UsageError: An event, a field or a value is not there.
    """
    split = [text.split() or [""] for text in events]
    of_each = [definitions(names.split(",")) for names, *_ in split]
    every = list({each.name: each for some in of_each for each in some}.values())
    follow = "follow" in conditions
    common = filters.parse([each for each in conditions if each != "follow"], every)
    asked = []
    for wanted, (_, *own) in zip(of_each, split, strict=True):
        parsed = filters.parse([each for each in own if each != "follow"], wanted)
        asked.append(Asked(wanted, [*parsed, *common], follow=follow or "follow" in own))
    return asked


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
