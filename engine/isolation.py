"""Finds out which signature fails on which event, when a batch could not be evaluated."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

import msgspec

from engine.errors import OpaDeadlineError, OpaRefusalError
from engine.opa import Match
from engine.verdict import Alone


class Bench(Protocol):
    """Evaluates one signature alone over events, given by their positions in the batch.

    All of it waits while OPA is away, and answers with positions of the batch.
    """

    def ask(self, signature: str, positions: list[int]) -> Awaitable[tuple[list[Match], float]]:
        """What it finds, and OPA's own seconds; or `OpaDeadlineError`, or `OpaRefusalError`."""

    def alone(self, signature: str, position: int) -> Awaitable[Alone]:
        """See `engine.verdict.judge_alone`."""

    def slow(self, signature: str, position: int, share: float) -> Awaitable[float]:
        """See `engine.verdict.is_slow`."""


class Failure(msgspec.Struct, frozen=True):
    """A signature that could not judge an event, or not in time.

    Attributes:
        signature: Its name.
        position: Of the event in the batch.
        kind: `endless`: one event took too long. `error`: OPA could not evaluate it. `slow`: each
            event was judged in the end, but takes more of OPA's own time than its share.
        reason: A sentence.
        unjudged: Positions of the events that were not judged.
    """

    signature: str
    position: int
    kind: Literal["endless", "error", "slow"]
    reason: str
    unjudged: tuple[int, ...] = ()


async def isolate(
    candidates: dict[str, list[int]],
    bench: Bench,
    parallel: int,
    patience: float,
    found: Callable[[list[Match]], Awaitable[None]],
) -> list[Failure]:
    """Judge a batch signature by signature.

    Args:
        candidates: By signature name, the positions of the events that it judges.
        bench: Evaluates one signature.
        parallel: Most signatures at once.
        patience: Seconds that all of a signature's events may take together.
        found: Given what each signature has found as soon as it has judged its events: the
            slow ones may take minutes, and nobody shall wait for them.

    Returns:
        Each signature and event that go wrong together.

    Raises:
        ExceptionGroup: Of `BusyError`, if the machine has too little time for a verdict.
    """
    slots = asyncio.Semaphore(parallel)
    cases = [_Case(signature, positions, bench, patience) for signature, positions in candidates.items()]

    async def one(case: _Case) -> None:
        async with slots:
            await case.judge()
            if case.matches:
                await found(case.matches)

    async with asyncio.TaskGroup() as tasks:
        for case in cases:
            tasks.create_task(one(case))
    return [failure for case in cases for failure in case.failures]


class _Case:
    """One signature and the events of the batch that it judges."""

    def __init__(self, signature: str, positions: list[int], bench: Bench, patience: float) -> None:
        self.matches: list[Match] = []
        self.failures: list[Failure] = []
        self._signature = signature
        self._positions = positions
        self._bench = bench
        self._patience = patience
        # The part that took longest for each of its events, and how long.
        self._costliest: tuple[float, list[int]] = (0.0, positions)

    async def judge(self) -> None:
        """Halve what fails until the culprit is alone."""
        pending = [self._positions]
        late = False
        while pending:
            part = pending.pop()
            try:
                self._take(part, *await self._bench.ask(self._signature, part))
            except OpaRefusalError as error:
                if len(part) > 1:
                    pending += _halves(part)
                else:
                    self._fail(part[0], "error", str(error), part)
            except OpaDeadlineError:
                late = True
                if len(part) > 1:
                    pending += _halves(part)
                elif not await self._alone(part[0], pending):
                    return
        if late and not self.failures:
            await self._look_for_slowness()

    def _take(self, part: list[int], matches: list[Match], seconds: float) -> None:
        self.matches += matches
        if seconds / len(part) > self._costliest[0]:
            self._costliest = (seconds / len(part), part)

    def _fail(
        self, position: int, kind: Literal["endless", "error", "slow"], reason: str, unjudged: list[int]
    ) -> None:
        self.failures.append(Failure(self._signature, position, kind, reason, tuple(unjudged)))

    async def _alone(self, position: int, pending: list[list[int]]) -> bool:
        """Judge an event that took too long; False if that ends the signature, *pending* included."""
        try:
            outcome = await self._bench.alone(self._signature, position)
        except OpaRefusalError as error:
            self._fail(position, "error", str(error), [position])
            return True
        if outcome.matches is not None:
            self._take([position], outcome.matches, outcome.seconds)
        if not outcome.fault:
            return True
        # Each further attempt may take all that time again.
        rest = await self._as_a_whole([later for part in reversed(pending) for later in part])
        unjudged = [position, *rest] if outcome.matches is None else rest
        self._fail(position, "endless", outcome.fault, unjudged)
        return False

    async def _as_a_whole(self, rest: list[int]) -> list[int]:
        """Try *rest* once; what then remains unjudged."""
        if not rest:
            return []
        try:
            self._take(rest, *await self._bench.ask(self._signature, rest))
        except (OpaDeadlineError, OpaRefusalError):
            return rest
        return []

    async def _look_for_slowness(self) -> None:
        """Whether the event that cost most takes more than its share by OPA's own clock."""
        _, part = self._costliest
        while len(part) > 1:
            costs = []
            for half in reversed(_halves(part)):
                try:
                    _, seconds = await self._bench.ask(self._signature, half)
                except (OpaDeadlineError, OpaRefusalError):
                    return  # They have been judged before, so this was the machine.
                costs.append((seconds / len(half), half))
            part = max(costs, key=lambda cost: cost[0])[1]
        share = self._patience / len(self._positions)
        seconds = await self._bench.slow(self._signature, part[0], share)
        if seconds:
            reason = (
                f"{1000 * seconds:.1f} ms for one event, where {len(self._positions)} "
                f"may take {1000 * self._patience:.0f} ms"
            )
            self._fail(part[0], "slow", reason, [])


def _halves(part: list[int]) -> list[list[int]]:
    """Two parts, the first one last: it is taken from the end."""
    middle = len(part) // 2
    return [part[middle:], part[:middle]]
