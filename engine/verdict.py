"""Whether a signature is to blame for what took long, or a busy machine.

A clock on the wall says nothing about a signature: a query that waits for a processor takes
as long as one that never ends. So nothing here is decided by a single deadline, and nothing
at all while work of a known size takes long as well.
"""

from collections.abc import Awaitable, Callable

import msgspec

from engine.errors import BusyError, OpaDeadlineError
from engine.opa import Match

Measure = Callable[[float], Awaitable[tuple[list[Match], float]]]
"""Evaluates one signature over one event, within so many seconds.

What it found, and how many seconds OPA itself spent on the evaluation. It raises
`OpaDeadlineError`, and `OpaRefusalError` if OPA cannot evaluate it.
"""

Control = Callable[[], Awaitable[bool]]
"""Whether OPA does work of a known size as fast as a machine does that has time for it."""

# Each try gets as many deadlines. Seven seconds by default: long for those who wait, but
# nobody loses a signature for it, and an endless one costs that only once.
_TRIES = (1, 2, 4)
# The shortest of several: whatever interrupts one of them makes it longer, never shorter.
_MEASUREMENTS = 5


class Alone(msgspec.Struct, frozen=True):
    """One signature with one event.

    Attributes:
        matches: What it found; None if it never answered.
        seconds: Shortest evaluation by OPA's own clock; 0 if it never answered.
        fault: A sentence if it takes too long, and the machine is not to blame; else empty.
    """

    matches: list[Match] | None
    seconds: float
    fault: str = ""


async def judge_alone(measure: Measure, control: Control, deadline: float) -> Alone:
    """Evaluate one signature over one event after it has taken long in company.

    It is at fault if no try ends within *deadline* by OPA's own clock although each may take
    longer than the one before, and the machine had time for others before and after each.

    Raises:
        BusyError: It did not answer, but neither did the machine have time.
        OpaRefusalError: OPA cannot evaluate it.
    """
    idle = await control()
    answered: list[Match] | None = None
    shortest = 0.0
    for tries in _TRIES:
        try:
            answered, seconds = await measure(tries * deadline)
        except OpaDeadlineError:
            pass
        else:
            shortest = min(shortest or seconds, seconds)
            if seconds <= deadline:
                return Alone(answered, shortest)
        # All of them are made on a busy machine too: a longer one may still be answered.
        idle = await control() and idle
    if answered is None and not idle:
        raise BusyError
    if not idle:
        return Alone(answered, shortest)
    fault = f"no answer within {_TRIES[-1] * deadline:g} s"
    return Alone(answered, shortest, fault if answered is None else f"{shortest:.1f} s for one event")


async def is_slow(measure: Measure, control: Control, deadline: float, share: float) -> float:
    """Seconds that one evaluation needs by OPA's own clock if they are more than *share*; else 0."""
    if not await control():
        return 0.0
    shortest = deadline
    for _ in range(_MEASUREMENTS):
        try:
            shortest = min(shortest, (await measure(deadline))[1])
        except OpaDeadlineError:
            return 0.0  # Alone it ends, so this was the machine.
        if shortest <= share:
            return 0.0
    return shortest if await control() else 0.0
