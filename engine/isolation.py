"""Finds out which signature fails on which event, when a batch could not be evaluated."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

from engine.errors import OpaDeadlineError, OpaRefusalError
from engine.opa import Match

Ask = Callable[[str, list[int], bool], Awaitable[list[Match]]]
"""Evaluates one signature alone over the events at these positions of a batch.

The flag says that this is the last attempt, which may take longer. The positions of
its matches are those of the batch. It raises `OpaDeadlineError` or `OpaRefusalError`
if OPA could not, and waits while OPA is away.
"""


class Failure(msgspec.Struct, frozen=True):
    """A signature that could not judge an event, or not in time.

    Attributes:
        signature: Its name.
        position: Of the event in the batch; of the first one if it is slow with all of them.
        kind: `endless`: one event took too long. `error`: OPA could not evaluate it. `slow`: each
            event was judged in the end, but not all of them in one go.
        reason: A sentence.
        unjudged: Positions of the events that were not judged.
    """

    signature: str
    position: int
    kind: Literal["endless", "error", "slow"]
    reason: str
    unjudged: tuple[int, ...] = ()


async def isolate(
    candidates: dict[str, list[int]], ask: Ask, parallel: int
) -> tuple[list[Match], list[Failure]]:
    """Judge a batch signature by signature.

    Args:
        candidates: By signature name, the positions of the events that it judges.
        ask: Evaluates one signature.
        parallel: Most signatures at once.

    Returns:
        What was found, and each signature and event that go wrong together.
    """
    matches: list[Match] = []
    failures: list[Failure] = []
    slots = asyncio.Semaphore(parallel)

    async def one(signature: str, positions: list[int]) -> None:
        async with slots:
            await _bisect(signature, positions, ask, matches, failures)

    async with asyncio.TaskGroup() as tasks:
        for signature, positions in candidates.items():
            tasks.create_task(one(signature, positions))
    return matches, failures


async def _bisect(
    signature: str, positions: list[int], ask: Ask, matches: list[Match], failures: list[Failure]
) -> None:
    pending = [positions]
    failed = False
    slow: Exception | None = None
    while pending:
        part = pending.pop()
        try:
            matches += await ask(signature, part, len(part) == 1)
        except (OpaDeadlineError, OpaRefusalError) as error:
            late = isinstance(error, OpaDeadlineError)
            if len(part) > 1:
                slow = slow or (error if late else None)
                middle = len(part) // 2
                pending += [part[middle:], part[:middle]]
                continue
            failed = True
            rest: list[int] = []
            if late:
                # Each further attempt may take the whole deadline again.
                rest = [position for later in reversed(pending) for position in later]
                pending = []
                rest = await _as_a_whole(signature, rest, ask, matches)
            kind: Literal["endless", "error"] = "endless" if late else "error"
            failures.append(Failure(signature, part[0], kind, str(error), (part[0], *rest)))
    if slow is not None and not failed:
        reason = f"{slow} for {len(positions)} events"
        failures.append(Failure(signature, positions[0], "slow", reason))


async def _as_a_whole(signature: str, rest: list[int], ask: Ask, matches: list[Match]) -> list[int]:
    """Try *rest* once; what then remains unjudged."""
    if not rest:
        return []
    try:
        matches += await ask(signature, rest, False)
    except (OpaDeadlineError, OpaRefusalError):
        return rest
    return []
