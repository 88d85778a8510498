"""Bytes that an attacker chose, made safe to read."""

import re

# C0 and C1 controls, DEL, line and paragraph separators, and the marks that turn
# the direction of writing: each can make a terminal or a log show what is not there.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def from_kernel(raw: bytes) -> str:
    r"""*raw* as text; each byte that is not UTF-8 becomes ``\xNN``."""
    return raw.decode("utf-8", "backslashreplace")


def printable(text: str) -> str:
    r"""*text* for a terminal: control characters become ``\xNN`` or ``\uNNNN``."""
    return _UNSAFE.sub(lambda match: ascii(match[0])[1:-1], text)
