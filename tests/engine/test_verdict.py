"""Only a signature that takes long while the machine has time is to blame."""

import pytest

from engine.errors import BusyError, OpaDeadlineError
from engine.opa import Match
from engine.verdict import Alone, is_slow, judge_alone

FOUND = [Match(0, "name", {})]


class Tries:
    """What each try comes to: OPA's seconds, or None for no answer."""

    def __init__(self, *seconds: float | None) -> None:
        self._seconds = iter(seconds)
        self.deadlines: list[float] = []

    async def __call__(self, deadline: float) -> tuple[list[Match], float]:
        """The next one."""
        self.deadlines.append(deadline)
        seconds = next(self._seconds)
        if seconds is None:
            raise OpaDeadlineError(deadline)
        return FOUND, seconds


class Machine:
    """Busy at some of the moments at which it is looked at."""

    def __init__(self, *busy: int) -> None:
        self._busy = busy
        self.looks = 0

    async def __call__(self) -> bool:
        """Whether it has time now."""
        self.looks += 1
        return self.looks - 1 not in self._busy


async def test_three_growing_tries_in_vain_on_an_idle_machine_are_endless() -> None:
    """The machine is looked at before and after each."""
    tries, machine = Tries(None, None, None), Machine()

    assert await judge_alone(tries, machine, 1.0) == Alone(None, 0.0, "no answer within 4 s")
    assert (tries.deadlines, machine.looks) == ([1.0, 2.0, 4.0], 4)


@pytest.mark.parametrize("moment", range(4))
async def test_one_busy_moment_is_enough_for_no_verdict(moment: int) -> None:
    """Before the first try, between them, or after the last."""
    with pytest.raises(BusyError):
        await judge_alone(Tries(None, None, None), Machine(moment), 1.0)


async def test_late_answer_is_an_answer_even_on_a_busy_machine() -> None:
    """It was fast by OPA's own clock, once it had its turn."""
    assert await judge_alone(Tries(None, None, 0.01), Machine(0, 1, 2), 1.0) == Alone(FOUND, 0.01)


async def test_answer_that_takes_too_long_each_time_by_opas_clock_is_a_fault() -> None:
    """What it found counts all the same."""
    assert await judge_alone(Tries(None, 1.5, 1.6), Machine(), 1.0) == Alone(
        FOUND, 1.5, "1.5 s for one event"
    )
    assert await judge_alone(Tries(None, 1.5, 1.6), Machine(3), 1.0) == Alone(FOUND, 1.5)


async def test_slow_is_who_needs_more_than_the_share_every_time() -> None:
    """An interruption makes some measurements longer, not all of them."""
    assert await is_slow(Tries(0.02, 0.03, 0.01, 0.02, 0.5), Machine(), 1.0, 0.001) == 0.01
    assert await is_slow(Tries(0.02, 0.03, 0.0005), Machine(), 1.0, 0.001) == 0.0
    assert await is_slow(Tries(0.02, None), Machine(), 1.0, 0.001) == 0.0
    assert await is_slow(Tries(0.02, 0.02, 0.02, 0.02, 0.02), Machine(1), 1.0, 0.001) == 0.0
