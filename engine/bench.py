"""One signature at a time, on OPA."""

from collections.abc import Awaitable, Callable

from engine.errors import OpaAwayError, OpaDeadlineError, OpaRefusalError
from engine.opa import Answer, Match, Opa
from engine.plan import Plan
from engine.request import Part
from engine.verdict import Alone, is_slow, judge_alone

# A machine that has time does the work of the yardstick in a few milliseconds.
_YARDSTICK_SECONDS = 0.1
# The first one after a change of the bundle has to be compiled.
_YARDSTICK_TRIES = 2

Ask = Callable[[], Awaitable[Answer]]


class PlanChangedError(Exception):
    """Other signatures are in force than when the question was asked."""


class Bench:
    """Evaluates one signature alone over events of a batch; see `engine.isolation.Bench`."""

    def __init__(
        self,
        opa: Opa,
        plan: Plan,
        documents: list[Part],
        *,
        answer: Callable[[Plan, Ask], Awaitable[Answer | None]],
        deadline: float,
        alone_deadline: float,
    ) -> None:
        """Prepare.

        Args:
            opa: Where to ask.
            plan: Whose signatures.
            documents: The batch.
            answer: Asks until OPA is there and has a bundle of the plan; None if that has changed.
            deadline: Seconds that one event may take in the end.
            alone_deadline: Seconds that several may take.
        """
        self._opa = opa
        self._plan = plan
        self._documents = documents
        self._answer = answer
        self._deadline = deadline
        self._alone_deadline = alone_deadline

    async def ask(self, signature: str, positions: list[int]) -> tuple[list[Match], float]:
        """What *signature* finds in the events at *positions*, and OPA's own seconds."""
        return await self._measure(signature, positions, self._alone_deadline)

    async def alone(self, signature: str, position: int) -> Alone:
        """See `judge_alone`."""
        return await judge_alone(
            lambda deadline: self._measure(signature, [position], deadline), self._idle, self._deadline
        )

    async def slow(self, signature: str, position: int, share: float) -> float:
        """See `is_slow`."""
        return await is_slow(
            lambda deadline: self._measure(signature, [position], deadline),
            self._idle,
            self._deadline,
            share,
        )

    async def _measure(
        self, signature: str, positions: list[int], deadline: float
    ) -> tuple[list[Match], float]:
        part = [self._documents[position] for position in positions]
        seconds = 0.0

        async def once() -> Answer:
            nonlocal seconds
            answer, seconds = await self._opa.evaluate_alone(signature, part, deadline)
            return answer

        answer = await self._answer(self._plan, once)
        if answer is None or signature not in self._plan.bundles[answer.revision].signatures:
            raise PlanChangedError
        return [Match(positions[m.position], m.signature, m.data, m.rule) for m in answer.findings], seconds

    async def _idle(self) -> bool:
        """Whether the machine has time for OPA, as far as this engine can see."""
        for _ in range(_YARDSTICK_TRIES):
            try:
                await self._opa.work(_YARDSTICK_SECONDS)
            except (OpaAwayError, OpaDeadlineError, OpaRefusalError):
                continue
            return True
        return False
