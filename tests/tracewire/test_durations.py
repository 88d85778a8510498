"""`--since 10m` and its kin."""

from argparse import ArgumentTypeError
from datetime import timedelta

import pytest

from tracewire.command.durations import duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("10m", timedelta(minutes=10)),
        ("1h30m", timedelta(minutes=90)),
        ("1.5d", timedelta(hours=36)),
        ("0s", timedelta(0)),
    ],
)
def test_a_length_of_time_is_read(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize("text", ["", "10", "m", "-5m", "10 m", "5x", "1h-", "99999999999w"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        duration(text)
