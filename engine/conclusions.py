"""Findings that need more than one event: what signatures remember, and what they make of it."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec

from engine import request
from engine.bounds import bounded
from engine.errors import OpaDeadlineError, OpaRefusalError
from engine.fact import REMEMBER, Fact, read_fact
from engine.findings import Judgement
from engine.memory import Memory, Statistics, name_of
from engine.opa import Answer, Match, Opa
from engine.plan import Item, Plan
from engine.remembered import Remembered
from engine.signatures import FINDING
from tracewire.view import event_key

Ask = Callable[[Plan, Callable[[], Awaitable[Answer]]], Awaitable[Answer | None]]
"""Asks until OPA is there and has a bundle of the plan; None if that has changed."""


class Case(msgspec.Struct, frozen=True):
    """An event that has changed what a signature remembers.

    Attributes:
        item: The event.
        signature: Name of the signature.
        names: What the entries that it has changed are stored under, and their keys.
        state: Everything under those keys, by key.
        without: What it finds in the event without any state.
    """

    item: Item
    signature: str
    names: tuple[tuple[str, str], ...]
    state: dict[str, Remembered]
    without: list[Any]


class Trouble(msgspec.Struct):
    """What went wrong with the state of one signature, since the start.

    Attributes:
        facts: Facts that were none, and are not remembered.
        events: Events that could not be judged with what is remembered.
        reason: Of the last time.
    """

    facts: int = 0
    events: int = 0
    reason: str = ""


class Report(msgspec.Struct, frozen=True):
    """How it is with what signatures remember.

    Attributes:
        keys: Entries that this replica knows of.
        statistics: Of the bucket.
        troubles: By the signature's name.
    """

    keys: int
    statistics: Statistics
    troubles: dict[str, Trouble]


class Conclusions:
    """Remembers facts, and asks signatures again once something has been added to them."""

    def __init__(self, memory: Memory, opa: Opa, *, deadline: float, tell: Callable[[str], None]) -> None:
        self._memory = memory
        self._opa = opa
        self._deadline = deadline
        self._tell = tell
        self._troubles: dict[str, Trouble] = {}

    def report(self) -> Report:
        """How it is now."""
        return Report(self._memory.keys, self._memory.statistics, self._troubles)

    def _complain(self, signature: str, reason: str, *, facts: int = 0, events: int = 0) -> None:
        trouble = self._troubles.setdefault(signature, Trouble())
        if reason != trouble.reason:
            self._tell(f"signature {signature}: {reason}")
        trouble.facts += facts
        trouble.events += events
        trouble.reason = reason

    async def draw(
        self, plan: Callable[[], Plan], items: list[Item], matches: list[Match], ask: Ask
    ) -> list[Judgement]:
        """Remember the facts of *items*, and judge those events anew that have added to them.

        What was found without state is found with it too. It is left out here: it is no
        conclusion, and must not pass for the one that the facts are waiting for.

        Args:
            plan: The present plan.
            items: Events by position.
            matches: What was found, and what `remember` rules said.
            ask: See `Ask`.
        """
        cases = await self._remember(items, matches)
        judgements: list[Judgement] = []
        by_signature: dict[str, list[Case]] = {}
        for case in cases:
            by_signature.setdefault(case.signature, []).append(case)
        for name, of_signature in by_signature.items():
            judgements += await self._judge(plan, name, of_signature, ask)
        return judgements

    async def _remember(self, items: list[Item], matches: list[Match]) -> list[Case]:
        groups: dict[tuple[str, str], list[tuple[int, Fact]]] = {}
        for match in matches:
            if match.rule != REMEMBER:
                continue
            fact = read_fact(match.data)
            if isinstance(fact, str):
                self._complain(match.signature, fact, facts=1)
            else:
                groups.setdefault((match.signature, fact.key), []).append((match.position, fact))
        entries = await asyncio.gather(
            *(self._add(items, signature, key, group) for (signature, key), group in groups.items())
        )
        changed: dict[tuple[int, str], dict[str, Remembered]] = {}
        for ((signature, key), group), (entry, is_new) in zip(groups.items(), entries, strict=True):
            for position, fact in group:
                if is_new and len(entry.items) >= fact.at_least:
                    changed.setdefault((position, signature), {})[key] = entry
        return [
            Case(
                items[position],
                signature,
                tuple((name_of(signature, key), key) for key in sorted(state)),
                state,
                [
                    m.data
                    for m in matches
                    if (m.position, m.signature, m.rule) == (position, signature, FINDING)
                ],
            )
            for (position, signature), state in sorted(changed.items(), key=lambda one: one[0])
        ]

    async def _add(
        self, items: list[Item], signature: str, key: str, group: list[tuple[int, Fact]]
    ) -> tuple[Remembered, bool]:
        named = [
            (
                fact.item or event_key(items[position].event, items[position].header),
                _time(items[position]),
                fact,
            )
            for position, fact in group
        ]
        return await self._memory.add(name_of(signature, key), key, named)

    async def _judge(
        self, plan: Callable[[], Plan], name: str, cases: list[Case], ask: Ask
    ) -> list[Judgement]:
        while True:
            present = plan()
            bundle = next((b for b in reversed(present.bundles.values()) if name in b.signatures), None)
            if bundle is None:
                return []
            cases = [case for case in cases if case.item.event.event_id in present.wanted]
            documents = [present.document(case.item) for case in cases]
            states: dict[bytes, int] = {}
            asked = []
            for position, case in enumerate(cases):
                state = msgspec.json.encode({key: entry.shown() for key, entry in case.state.items()})
                number = states.setdefault(state, len(states))
                asked.append(request.Case(name, position, number))
            conclude = partial(self._opa.conclude, asked, documents, [*states], self._deadline)
            try:
                answer = await ask(present, conclude)
            except (OpaDeadlineError, OpaRefusalError) as error:
                self._complain(name, f"with what it remembers it fails: {error}", events=len(cases))
                return []
            if answer is not None:
                return await self._report(present, name, cases, answer)

    async def _report(self, plan: Plan, name: str, cases: list[Case], answer: Answer) -> list[Judgement]:
        """Of what the signature says, what nobody has said before of the same facts."""
        judgements = []
        matches, crowds = bounded(answer.findings)
        for crowd in crowds:
            self._complain(name, crowd.reason, events=1)
        for match in sorted(matches, key=lambda one: one.position):
            case = cases[match.position]
            if match.data in case.without:
                continue
            if not isinstance(match.data, dict):
                shown = msgspec.json.encode(match.data)[:80].decode(errors="replace")
                self._complain(name, f"finding contains {shown} where an object is needed", events=1)
                continue
            event = event_key(case.item.event, case.item.header)
            stored, key = case.names[0]
            if await self._memory.report(stored, key, event, _time(case.item)):
                reference = plan.bundles[answer.revision].signatures[name].reference
                judgements.append(Judgement(case.item, reference, match.data, answer.revision))
        return judgements


def _time(item: Item) -> int:
    return item.event.time + item.header.clock_offset
