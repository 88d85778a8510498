"""A finding says how much its collector had lost in the second before."""

import msgspec

from engine.coverage import Losses
from tests.engine.making import header

SECOND = 1_000_000_000


def test_nothing_lost_is_nothing_lost_in_a_second() -> None:
    """Also for the first batch that is seen."""
    assert Losses().look(header(1, lost=0), 500 * SECOND) == (1, 0)


def test_first_batch_with_losses_says_since_when_they_may_be() -> None:
    """The engine has not seen the batches before, and does not guess."""
    assert Losses().look(header(1, lost=7), 500 * SECOND) == (500, 7)


def test_losses_of_the_last_second_are_counted() -> None:
    """Older ones are not, once batches follow each other."""
    losses = Losses()
    for tenth in range(50):
        losses.look(header(1, lost=tenth), 100 * SECOND + tenth * SECOND // 10)

    assert losses.look(header(1, lost=100), 105 * SECOND) == (1, 60)


def test_gap_between_batches_widens_the_window() -> None:
    """A replica that sees a batch every five seconds speaks of five seconds."""
    losses = Losses()
    losses.look(header(1, lost=0), 100 * SECOND)
    losses.look(header(1, lost=10), 105 * SECOND)

    assert losses.look(header(1, lost=12), 110 * SECOND) == (5, 2)


def test_collectors_do_not_mix() -> None:
    """A restarted collector begins to count anew, and another family has its own books."""
    losses = Losses()
    losses.look(header(1, lost=50), 100 * SECOND)
    restarted = msgspec.structs.replace(header(1, lost=3), session="session-2")
    family = msgspec.structs.replace(header(1, lost=4), family="file")

    assert losses.look(restarted, 101 * SECOND) == (101, 3)
    assert losses.look(family, 101 * SECOND) == (101, 4)


def test_batch_that_is_delivered_late_does_not_count_backwards() -> None:
    """A redelivered batch is older than what has been seen."""
    losses = Losses()
    losses.look(header(1, lost=50), 100 * SECOND)

    assert losses.look(header(1, lost=20), 99 * SECOND) == (99, 20)
