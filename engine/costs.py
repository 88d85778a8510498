"""What each signature costs, found out by evaluating it alone over a sample of what was judged last.

OPA evaluates all signatures as one set of rules, and nobody can say which of them took how long.
Alone a signature is not inlined and not looked up with the others: what is measured is at least
what it costs in company, and good for comparing signatures with each other.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Iterable

import msgspec

from engine.errors import OpaAwayError, OpaDeadlineError, OpaRefusalError
from engine.opa import Opa
from engine.plan import Item, Plan
from engine.request import Part
from tracewire.catalogue import BY_ID

_SAMPLE = 16
_SAMPLED_PER_BATCH = 8
# One signature at a time, and afterwards a hundred times as long nothing: each replica measures for itself,
# and all of them together must not keep OPA from judging. Sooner where nothing is known of one yet.
_PAUSE_SECONDS = 0.5
_PAUSE_TIMES, _PAUSE_TIMES_AT_FIRST = 100, 10
_DEADLINE_SECONDS = 0.5
_MEASUREMENTS = 3
# No signature is called that; measures what is the same for all of them.
_NOBODY = ""


Judges = frozenset[str] | None
"""See `Plan.judges`."""


class Cost(msgspec.Struct, frozen=True):
    """Of one signature, since the engine started or its file changed.

    Attributes:
        microseconds: Of OPA's time for one event, alone; None where that has not been measured yet.
        share: Of what all signatures cost together, 0 to 1; None where nothing has been measured.
        events: Events that it judged.
        findings: What it found in them.
    """

    microseconds: float | None
    share: float | None
    events: int
    findings: int


class Costs:
    """Counts what is judged, and measures signatures in turn."""

    def __init__(self, opa: Opa) -> None:
        self._opa = opa
        self._plan = Plan()
        self._events: Counter[int] = Counter()
        self._judged: Counter[str] = Counter()
        self._findings: Counter[str] = Counter()
        self._samples: dict[int, deque[tuple[Judges, Part]]] = {}
        self._measured: dict[str, float] = {}
        self._digests: dict[str, str] = {}

    def judged(
        self,
        plan: Plan,
        items: list[Item],
        parts: list[Part],
        judges: list[Judges],
        finders: Iterable[str],
    ) -> None:
        """*items* have been judged.

        Args:
            plan: By which signatures.
            items: The events.
            parts: Their documents.
            judges: Who judged each of them; see `Plan.judges`.
            finders: The signature of each finding.
        """
        if plan is not self._plan:
            self._change(plan)
        for item, who in zip(items, judges, strict=True):
            if who is None:
                self._events[item.event.event_id] += 1
            else:
                self._judged.update(who)
        self._findings.update(finders)
        for item, who, part in zip(items[:_SAMPLED_PER_BATCH], judges, parts, strict=False):
            sample = self._samples.setdefault(item.event.event_id, deque(maxlen=_SAMPLE))
            sample.append((who, part))

    def _change(self, plan: Plan) -> None:
        """Other signatures may read other fields; those that have not changed cost what they did."""
        self._judged = Counter(self._counted())
        self._events.clear()
        self._plan = plan
        self._samples.clear()
        digests = {name: signature.source.digest for name, signature in plan.signatures.items()}
        for name, digest in self._digests.items():
            if digests.get(name) != digest:
                self._measured.pop(name, None)
                self._findings.pop(name, None)
                self._judged.pop(name, None)
        self._digests = digests

    async def keep(self) -> None:
        """Measure one signature after another, until cancelled."""
        while True:
            for name in list(self._plan.signatures) or [_NOBODY]:
                began, known = time.monotonic(), name in self._measured
                if name in self._plan.signatures:
                    await self.measure(name)
                times = _PAUSE_TIMES if known else _PAUSE_TIMES_AT_FIRST
                await asyncio.sleep(max(_PAUSE_SECONDS, times * (time.monotonic() - began)))

    async def measure(self, name: str) -> None:
        """Measure signature *name* over the sample, if there is one."""
        parts = [
            part
            for event_id, sample in self._samples.items()
            if BY_ID[event_id].name in self._plan.signatures[name].events
            for judges, part in sample
            if judges is None or name in judges
        ][:_SAMPLE]
        while parts:
            try:
                took = await self._shortest(name, parts) - await self._shortest(_NOBODY, parts)
            except OpaDeadlineError:
                parts = parts[: len(parts) // 2]  # Of those that cost most it matters most.
            except (OpaAwayError, OpaRefusalError):
                return  # Whether it is at fault the evaluation finds out.
            else:
                self._measured[name] = max(0.0, took) / len(parts) * 1e6
                return

    async def _shortest(self, name: str, parts: list[Part]) -> float:
        return min(
            [
                (await self._opa.evaluate_alone(name, parts, _DEADLINE_SECONDS))[1]
                for _ in range(_MEASUREMENTS)
            ]
        )

    def _counted(self) -> dict[str, int]:
        """How many events each signature in force has judged."""
        return {
            name: self._judged[name]
            + sum(
                count for event_id, count in self._events.items() if BY_ID[event_id].name in signature.events
            )
            for name, signature in self._plan.signatures.items()
        }

    def report(self) -> dict[str, Cost]:
        """What is known of each signature in force, by name."""
        events = self._counted()
        spent = {name: self._measured.get(name, 0.0) * count for name, count in events.items()}
        total = sum(spent.values())
        return {
            name: Cost(
                microseconds=round(self._measured[name], 2) if name in self._measured else None,
                share=round(spent[name] / total, 4) if total and name in self._measured else None,
                events=count,
                findings=self._findings[name],
            )
            for name, count in events.items()
        }
