"""The culprit is found, and nobody else loses anything by it."""

import asyncio

import pytest

from engine.errors import BusyError, OpaDeadlineError, OpaRefusalError
from engine.isolation import Failure, isolate
from engine.opa import Match
from engine.verdict import Alone, is_slow, judge_alone

PATIENCE = 0.25
_EVENT_SECONDS = 0.0001


class Judge:
    """Signatures that find each event, but fail with some."""

    def __init__(
        self,
        *,
        errors: dict[str, set[int]] | None = None,
        endless: dict[str, set[int]] | None = None,
        most: int = 1000,
        seconds: float = _EVENT_SECONDS,
        busy: bool = False,
    ) -> None:
        self.errors = errors or {}
        self.endless = endless or {}
        self.most = most
        self.seconds = seconds
        self.busy = busy
        self.asked = 0
        self.examined = 0

    async def ask(self, signature: str, positions: list[int]) -> tuple[list[Match], float]:
        """As OPA would answer."""
        self.asked += 1
        if self.errors.get(signature, set()) & set(positions):
            raise OpaRefusalError(500, "conflict")
        if self.endless.get(signature, set()) & set(positions) or len(positions) > self.most:
            raise OpaDeadlineError(PATIENCE)
        return [Match(position, signature, {}) for position in positions], self.seconds * len(positions)

    async def _measure(self, signature: str, position: int) -> tuple[list[Match], float]:
        self.examined += 1
        return await self.ask(signature, [position])

    async def _idle(self) -> bool:
        return not self.busy

    async def alone(self, signature: str, position: int) -> Alone:
        """By the real rules."""
        return await judge_alone(lambda _: self._measure(signature, position), self._idle, 1.0)

    async def slow(self, signature: str, position: int, share: float) -> float:
        """By the real rules."""
        return await is_slow(lambda _: self._measure(signature, position), self._idle, 1.0, share)


async def _isolated(candidates: dict[str, list[int]], judge: Judge) -> tuple[list[Match], list[Failure]]:
    """What is found, however early, and what fails."""
    matches: list[Match] = []

    async def found(some: list[Match]) -> None:
        matches.extend(some)

    failures = await isolate(candidates, judge, 2, PATIENCE, found)
    return matches, failures


def _pairs(matches: list[Match]) -> list[tuple[str, int]]:
    return sorted((match.signature, match.position) for match in matches)


async def test_each_event_with_an_error_is_found_and_all_others_are_judged() -> None:
    """Errors come fast, so that every one of them is looked for."""
    judge = Judge(errors={"bad": {3, 40}})
    everything = {"good": list(range(64)), "bad": list(range(64))}
    matches, failures = await _isolated(everything, judge)

    assert _pairs(matches) == sorted(
        [("good", n) for n in range(64)] + [("bad", n) for n in range(64) if n not in {3, 40}]
    )
    assert failures == [Failure("bad", n, "error", "conflict", (n,)) for n in (3, 40)]


async def test_endless_signature_costs_few_attempts_and_names_what_it_did_not_judge() -> None:
    """After its first endless event it gets one more try with all that is left."""
    judge = Judge(endless={"bad": {5, 50}})
    everything = {"good": list(range(64)), "bad": list(range(64))}
    matches, failures = await _isolated(everything, judge)

    judged = {match.position for match in matches if match.signature == "bad"}
    (failure,) = failures
    assert (failure.signature, failure.position, failure.kind, failure.reason) == (
        "bad", 5, "endless", "no answer within 4 s",
    )  # fmt: skip
    assert judged | set(failure.unjudged) == set(range(64))
    assert not judged & set(failure.unjudged)
    assert judge.asked < 18


async def test_one_endless_event_leaves_the_others_judged() -> None:
    """What is left after it is judged in one go."""
    matches, failures = await _isolated({"bad": list(range(64))}, Judge(endless={"bad": {5}}))

    assert _pairs(matches) == [("bad", n) for n in range(64) if n != 5]
    assert failures == [Failure("bad", 5, "endless", "no answer within 4 s", (5,))]


async def test_nobody_is_endless_on_a_busy_machine() -> None:
    """All tries are made, but without a verdict: the batch has to wait."""
    judge = Judge(endless={"bad": {5}}, busy=True)
    with pytest.raises(ExceptionGroup) as refused:
        await _isolated({"bad": list(range(64))}, judge)

    assert [type(error) for error in refused.value.exceptions] == [BusyError]
    assert judge.examined == 3


async def test_slow_signature_is_named_though_each_event_is_judged() -> None:
    """It takes more than its share by OPA's own clock, and would with every batch."""
    matches, failures = await _isolated({"slow": list(range(64))}, Judge(most=20, seconds=0.01))

    assert _pairs(matches) == [("slow", n) for n in range(64)]
    assert failures == [
        Failure("slow", 0, "slow", "10.0 ms for one event, where 64 may take 250 ms", ())
    ]  # fmt: skip


@pytest.mark.parametrize("judge", [Judge(most=20), Judge(most=20, seconds=0.01, busy=True)])
async def test_signature_that_had_to_wait_is_not_slow(judge: Judge) -> None:
    """By OPA's own clock it is fast, or nothing can be told because everything is slow."""
    matches, failures = await _isolated({"good": list(range(64))}, judge)

    assert _pairs(matches) == [("good", n) for n in range(64)]
    assert failures == []


async def test_what_good_signatures_find_does_not_wait_for_bad_ones() -> None:
    """It is handed over while a signature that takes long is still being examined."""
    finish = asyncio.Event()

    class Waiting(Judge):
        async def ask(self, signature: str, positions: list[int]) -> tuple[list[Match], float]:
            if signature == "bad":
                await finish.wait()
            return await super().ask(signature, positions)

    async def found(some: list[Match]) -> None:
        if some[0].signature == "good":
            finish.set()

    async with asyncio.timeout(10):
        failures = await isolate({"bad": [0], "good": [0]}, Waiting(), 2, PATIENCE, found)
    assert failures == []
