"""From the kernel's time since boot to the time of day."""

import time

_TOLERANCE_NANOSECONDS = 1_000_000


def _measure() -> int:
    return time.clock_gettime_ns(time.CLOCK_REALTIME) - time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class Clock:
    """The difference between the two, steady as long as nobody sets the time.

    Attributes:
        offset: Add to nanoseconds since boot to get nanoseconds since 1970.
    """

    def __init__(self) -> None:
        self.offset = _measure()

    def follow(self) -> None:
        """Take over a change of the time of day.

        Differences below a millisecond are measuring noise and slow drift: following them
        would give one process two start times.
        """
        offset = _measure()
        if abs(offset - self.offset) > _TOLERANCE_NANOSECONDS:
            self.offset = offset
