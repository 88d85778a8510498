"""How JSON leaves the command."""

import re
import sys
from typing import Any

import msgspec

# The encoder escapes C0 controls; these can mislead a terminal as well.
_MISLEADING = re.compile("[\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def json_text(value: Any) -> str:
    r"""*value* as JSON on one line, controls and marks of direction as ``\uNNNN``."""
    return _MISLEADING.sub(lambda match: f"\\u{ord(match[0]):04x}", msgspec.json.encode(value).decode())


def print_document(value: Any) -> None:
    """Print *value* as one indented JSON document."""
    sys.stdout.write(msgspec.json.format(json_text(value)) + "\n")
    sys.stdout.flush()


def print_line(value: Any) -> None:
    """Print *value* as JSON on one line, at once."""
    sys.stdout.write(json_text(value) + "\n")
    sys.stdout.flush()
