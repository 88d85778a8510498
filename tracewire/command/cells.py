"""Rows that fit a terminal, out of text that an attacker may have chosen."""

import os
import shutil
import sys
from typing import TextIO
from unicodedata import combining, east_asian_width

from tracewire.text import printable

_DIM, _BOLD, _PLAIN = "\x1b[2m", "\x1b[1m", "\x1b[0m"
_BY_SEVERITY = {
    "info": _DIM,
    "low": "\x1b[36m",
    "medium": "\x1b[33m",
    "high": "\x1b[31m",
    "critical": "\x1b[1;31m",
}


def width_of(text: str) -> int:
    """How many columns a terminal gives *text*."""
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def cell(text: str, columns: int | None) -> str:
    """*text* made printable, cut with an ellipsis or filled up to *columns*; None: as it is."""
    text = printable(text)
    if columns is None:
        return text
    if (missing := columns - width_of(text)) >= 0:
        return text + " " * missing
    kept = ""
    for each in text:
        if width_of(kept + each) > columns - 1:
            break
        kept += each
    return kept + "…" + " " * (columns - 1 - width_of(kept))


def terminal_columns(stream: TextIO | None = None) -> int | None:
    """The width of the terminal that *stream* (stdout) is, or None: it is none."""
    stream = stream or sys.stdout
    return shutil.get_terminal_size().columns if stream.isatty() else None


def has_colours(stream: TextIO | None = None) -> bool:
    """Whether to colour what goes to *stream* (stdout); see https://no-color.org."""
    return (
        (stream or sys.stdout).isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )


def coloured(text: str, severity: str) -> str:
    """*text* in the colour of *severity*."""
    return f"{_BY_SEVERITY.get(severity, '')}{text}{_PLAIN}"


def heading(text: str) -> str:
    """*text* as a heading."""
    return f"{_BOLD}{text}{_PLAIN}"
