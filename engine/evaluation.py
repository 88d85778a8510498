"""Events in, judgements out, whatever a signature or OPA does."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from engine.bench import Bench, PlanChangedError
from engine.bounds import Crowd, bounded
from engine.costs import Costs, Judges
from engine.errors import BusyError, OpaAwayError, OpaDeadlineError, OpaRefusalError
from engine.fact import REMEMBER
from engine.findings import QUARANTINE, Judgement, unreadable, with_misses
from engine.isolation import Failure, isolate
from engine.opa import Answer, Match, Opa
from engine.plan import Item, Plan
from engine.request import Part

if TYPE_CHECKING:
    from engine.conclusions import Conclusions

_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0
# Before a batch is judged anew that could not be for want of a processor.
_BUSY_PAUSE_SECONDS = 1.0

# A signature that goes wrong this often within a minute is not used any more; one that
# never ends or that finds something else than an object, after the first time.
_MOST_FAILURES = 3
_FORGIVEN_SECONDS = 60.0

Quarantine = Callable[[str, str], Awaitable[bool]]
"""Takes a signature's name and the reason; returns when OPA evaluates without it.

False if it had been taken out already.
"""


Publish = Callable[[list[Judgement]], Awaitable[None]]
"""Takes judgements; returns when they cannot be lost any more. One that comes again is known by its id."""


class _Ready(NamedTuple):
    """Events that can be judged.

    Attributes:
        items: The events.
        documents: Of each of them.
        judges: Who judges each of them, asked once: what is learnt later of an event's clauses may
            name signatures that read what its document does not have.
    """

    items: list[Item]
    documents: list[Part]
    judges: list[Judges]


class Counts(msgspec.Struct):
    """What became of the events that a signature wants.

    Attributes:
        evaluated: Judged by OPA.
        matched: Judgements made.
        unreadable: An argument was not of its kind, so that no signature could judge.
        unjudged: Pairs of an event and a signature that failed on it.
    """

    evaluated: int = 0
    matched: int = 0
    unreadable: int = 0
    unjudged: int = 0


class Evaluator:
    """Has OPA judge events.

    Attributes:
        plan: What to evaluate with; replaced as a whole.
        counts: Since the start.
        away: Why OPA does not answer at the moment; empty if it does.
    """

    def __init__(
        self,
        opa: Opa,
        *,
        deadline: float,
        parallel: int,
        quarantine: Quarantine,
        tell: Callable[[str], None],
        costs: Costs,
    ) -> None:
        self.plan = Plan()
        self.counts = Counts()
        self.away = ""
        self.conclusions: Conclusions | None = None
        self._opa = opa
        self._deadline = deadline
        # Alone, a signature needs a fraction of what all of them do.
        self._alone_deadline = min(deadline, max(0.25, deadline / 4))
        self._parallel = parallel
        self._quarantine = quarantine
        self._tell = tell
        self._costs = costs
        self._failures: dict[str, list[float]] = {}
        self._diagnosing = asyncio.Lock()

    async def evaluate(self, items: list[Item], publish: Publish) -> None:
        """Judge *items* and publish what is found; waits as long as OPA is away."""
        while True:
            plan = self.plan
            ready, items = self._ready(plan, items)
            if not ready.items:
                return
            try:
                answer = await self._judge(plan, ready)
            except (OpaDeadlineError, OpaRefusalError) as error:
                judgements = await self._diagnose(plan, ready, error, publish)
                if judgements is None:
                    continue
            else:
                if answer is None:
                    continue
                judgements = await self._judgements(plan, ready.items, answer)
            self.counts.evaluated += len(ready.items)
            self.counts.matched += len(judgements)
            finders = [one.signature.name for one in judgements]
            self._costs.judged(plan, ready.items, ready.documents, ready.judges, finders)
            if judgements:
                await publish(with_misses(judgements))
            return

    def _ready(self, plan: Plan, items: list[Item]) -> tuple[_Ready, list[Item]]:
        """What can be judged, and *items* without those that nobody can read."""
        ready = _Ready([], [], [])
        kept = []
        for item in items:
            if item.event.event_id in plan.wanted:
                who = plan.judges(item.event)
                try:
                    ready.documents.append(plan.document(item, judges=who))
                except (
                    ArithmeticError,
                    LookupError,
                    RecursionError,
                    TypeError,
                    ValueError,
                    OSError,
                ) as error:
                    self.counts.unreadable += 1
                    self._tell(str(unreadable(item, error)))
                    continue
                ready.items.append(item)
                ready.judges.append(who)
            # Else its last signature has gone since it was received; another may come before OPA is back.
            kept.append(item)
        return ready, kept

    async def _judge(self, plan: Plan, ready: _Ready) -> Answer | None:
        """What signatures say of the events that concern them; None if the plan has changed meanwhile."""
        answer = await self._answer(plan, lambda: self._opa.evaluate(ready.documents, self._deadline))
        if answer is None:
            return None
        kept = [
            match
            for match in answer.findings
            if (judging := ready.judges[match.position]) is None or match.signature in judging
        ]
        return Answer(answer.revision, kept)

    async def _answer(self, plan: Plan, ask: Callable[[], Awaitable[Answer]]) -> Answer | None:
        """OPA's answer by one of *plan*'s bundles; None if the plan has changed meanwhile.

        Raises:
            OpaDeadlineError: It took too long.
            OpaRefusalError: It cannot evaluate this.
        """
        pause = _PAUSE_SECONDS
        while True:
            try:
                answer = await ask()
            except OpaAwayError as error:
                self._is_away(str(error))
            else:
                if answer.revision in plan.bundles:
                    self._is_back()
                    return answer
                self._is_away("OPA has not fetched the present bundle yet")
            if self.plan is not plan:
                return None
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _is_away(self, why: str) -> None:
        if not self.away:
            self._tell(f"{why}; events wait")
        self.away = why

    def _is_back(self) -> None:
        if self.away:
            self.away = ""
            self._tell("OPA answers")

    async def _judgements(self, plan: Plan, items: list[Item], answer: Answer) -> list[Judgement]:
        signatures = plan.bundles[answer.revision].signatures
        judgements = []
        matches, crowds = bounded(answer.findings)
        facts = [match for match in matches if match.rule == REMEMBER]
        if facts and self.conclusions is not None:
            judgements += await self.conclusions.draw(lambda: self.plan, items, matches, self._answer)
        for match in matches:
            item = items[match.position]
            if match.rule == REMEMBER:
                continue
            if isinstance(match.data, dict):
                reference = signatures[match.signature].reference
                judgements.append(Judgement(item, reference, match.data, answer.revision))
            else:
                self.counts.unjudged += 1
                shown = msgspec.json.encode(match.data)[:80].decode(errors="replace")
                reason = f"finding contains {shown} where an object is needed"
                judgements += await self._stop_using(plan, item, match.signature, reason)
        for crowd in crowds:
            judgements += await self._stop_using(plan, items[crowd.position], crowd.signature, crowd.reason)
        return judgements

    async def _diagnose(
        self, plan: Plan, ready: _Ready, error: Exception, publish: Publish
    ) -> list[Judgement] | None:
        """Judge what is *ready* in spite of *error*; None if they have to be judged anew by another plan.

        What is found meanwhile is published at once; returns the rest.
        """
        async with self._diagnosing:
            if self.plan is not plan:
                # Another batch has brought the culprit out meanwhile.
                return None
            if isinstance(error, OpaDeadlineError):
                # On a busy machine OPA may just not have had its turn.
                try:
                    answer = await self._judge(plan, ready)
                except (OpaDeadlineError, OpaRefusalError) as again:
                    error = again
                else:
                    return None if answer is None else await self._judgements(plan, ready.items, answer)
            self._tell(f"{len(ready.items)} events could not be evaluated ({error}); looking for the reason")
            revision = list(plan.bundles)[-1]
            wrong: list[Match] = []
            crowds: list[Crowd] = []

            async def found(matches: list[Match]) -> None:
                matches, too_many = bounded(matches)
                crowds.extend(too_many)
                right = [match for match in matches if isinstance(match.data, dict)]
                wrong.extend(match for match in matches if not isinstance(match.data, dict))
                if right:
                    judged = await self._judgements(plan, ready.items, Answer(revision, right))
                    self.counts.matched += len(judged)
                    await publish(judged)

            failures = await self._isolate(plan, ready, found)
            if failures is None:
                return None
            judgements = await self._judgements(plan, ready.items, Answer(revision, wrong))
            for crowd in crowds:
                item = ready.items[crowd.position]
                judgements += await self._stop_using(plan, item, crowd.signature, crowd.reason)
            for failure in failures:
                judgements += await self._blame(plan, ready.items, failure)
            return judgements

    async def _isolate(
        self, plan: Plan, ready: _Ready, found: Callable[[list[Match]], Awaitable[None]]
    ) -> list[Failure] | None:
        """Judge what is *ready* signature by signature; None if they have to be judged anew."""
        candidates: dict[str, list[int]] = {}
        for position, (item, who) in enumerate(zip(ready.items, ready.judges, strict=True)):
            for signature in plan.judging(item, who):
                candidates.setdefault(signature, []).append(position)
        bench = Bench(
            self._opa,
            plan,
            ready.documents,
            answer=self._answer,
            deadline=self._deadline,
            alone_deadline=self._alone_deadline,
        )
        failures = None
        try:
            failures = await isolate(candidates, bench, self._parallel, self._alone_deadline, found)
        except* PlanChangedError:
            self._tell("the signatures have changed meanwhile; judging anew")
        except* BusyError as busy:
            self._tell(f"{busy.exceptions[0]}; {len(ready.items)} events wait")
            await asyncio.sleep(_BUSY_PAUSE_SECONDS)
        return failures

    async def _blame(self, plan: Plan, items: list[Item], failure: Failure) -> list[Judgement]:
        self.counts.unjudged += len(failure.unjudged)
        now = time.monotonic()
        before = self._failures.get(failure.signature, [])
        recent = [then for then in before if now - then < _FORGIVEN_SECONDS]
        self._failures[failure.signature] = [*recent, now]
        self._tell(f"signature {failure.signature} fails ({failure.kind}): {failure.reason}")
        if failure.kind != "endless" and len(recent) + 1 < _MOST_FAILURES:
            return []
        reason = failure.reason
        if failure.unjudged:
            reason += f"; events not judged by it: {len(failure.unjudged)}"
        return await self._stop_using(plan, items[failure.position], failure.signature, reason)

    async def _stop_using(self, plan: Plan, item: Item, signature: str, reason: str) -> list[Judgement]:
        """Quarantine *signature*, and say so in a finding about ourselves."""
        bundle = next(b for b in reversed(plan.bundles.values()) if signature in b.signatures)
        reference = bundle.signatures[signature].reference
        self._failures.pop(signature, None)
        if not await self._quarantine(signature, reason):
            return []
        data = {"signature": signature, "signature_id": reference.id, "reason": reason}
        return [Judgement(item, QUARANTINE, data, bundle.revision)]
