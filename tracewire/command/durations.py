"""Lengths of time as people write them."""

import re
from argparse import ArgumentTypeError
from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")


def duration(text: str) -> timedelta:
    """The length that *text* says: `90s`, `10m`, `1h30m`, `2d`.

    Raises:
        ArgumentTypeError: It says none.
    """
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ArgumentTypeError(f"{text!r} is not a length of time such as 90s, 10m, 1h30m or 2d")
    try:
        return sum((timedelta(**{_UNITS[unit]: float(number)}) for number, unit in parts), timedelta())
    except OverflowError:
        raise ArgumentTypeError(f"{text!r} is longer than anything lasts") from None
