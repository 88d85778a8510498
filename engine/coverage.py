"""What the collector had lost by the time of an event."""

from collections import OrderedDict, deque

from tracewire.batch import BatchHeader
from tracewire.finding import Coverage

_SECOND = 1_000_000_000
_STEP = _SECOND // 10
_MOST_SERIES = 4096


class Losses:
    """Remembers, for each collector and family, what its batches have counted as lost of late."""

    def __init__(self) -> None:
        # Newest last: (time of the batch, lost until then), a tenth of a second apart.
        self._series: OrderedDict[tuple[str, str, str], deque[tuple[int, int]]] = OrderedDict()

    def look(self, header: BatchHeader, time: int) -> tuple[int, int]:
        """What was lost before *time*: (how many seconds are meant, how many events).

        The seconds are one, unless the batches that this engine has seen are further
        apart; a replica sees only some of them. For the first one it is the time since
        boot, which is true if imprecise.

        Args:
            header: Of the batch.
            time: Of its last event, nanoseconds since boot.
        """
        key = (header.node, header.session, header.family)
        series = self._series.setdefault(key, deque())
        self._series.move_to_end(key)
        if len(self._series) > _MOST_SERIES:
            self._series.popitem(last=False)
        # The youngest that is at least a second older; what is older still is of no use.
        while len(series) > 1 and series[1][0] <= time - _SECOND:
            series.popleft()
        earlier = next(((then, lost) for then, lost in series if then < time), None)
        if not series or series[-1][0] + _STEP <= time:
            series.append((time, header.lost))
        if header.lost == 0:
            return 1, 0
        if earlier is None or earlier[1] > header.lost:
            return max(1, time // _SECOND), header.lost
        return max(1, round((time - earlier[0]) / _SECOND)), header.lost - earlier[1]


def coverage(lost: tuple[int, int]) -> Coverage:
    """What `Losses.look` said, for a finding."""
    return Coverage(window_seconds=lost[0], lost=lost[1])
