"""What to look for as a file: events with filters, in the words of `tracewire events`."""

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from tracewire.command.errors import UsageError


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events, and filters for these alone.

    Attributes:
        events: Names of events or of sets of them.
        filters: All must hold.
    """

    events: list[str]
    filters: list[str] = []


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file asks for.

    Attributes:
        rules: An event is wanted if any of these accepts it.
        description: For people.
        filters: All must hold, whichever rule it is.
    """

    rules: list[Rule]
    description: str = ""
    filters: list[str] = []


_KEYS = {name for kind in (Policy, Rule) for name in kind.__struct_fields__}


class Place:
    """Where in a file something stands; tomllib does not keep that, so it is looked for."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()

    def of(self, words: str) -> str:
        """`FILE:LINE` of the first line that has *words* in it, else `FILE`."""
        whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        for number, line in enumerate(self._lines, 1):
            if words and whole.search(line.partition("#")[0]):
                return f"{self._path}:{number}"
        return self._path


def read(path: str) -> tuple[Policy, Place]:
    """The policy in the file at *path*.

    Raises:
        UsageError: It cannot be read, or is no policy.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: {error}.", "A policy is a TOML file: docs/filters.md.") from error
    place = Place(path, text)
    for key in _unknown(values):
        nearest = get_close_matches(key, sorted(_KEYS), n=1)
        hint = f"Did you mean {nearest[0]!r}?" if nearest else f"Known are {', '.join(sorted(_KEYS))}."
        raise UsageError(f"{place.of(key)}: a policy has no {key!r}.", hint)
    try:
        policy = msgspec.convert(values, Policy)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: {error}.", "See docs/filters.md.") from error
    if not policy.rules:
        raise UsageError(f"{path}: no rule asks for anything.", "Write [[rules]] with events.")
    return policy, place


def _unknown(values: dict[str, Any]) -> list[str]:
    rules = values.get("rules")
    listed = [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
    return [
        *(key for key in values if key not in Policy.__struct_fields__),
        *(key for rule in listed for key in rule if key not in Rule.__struct_fields__),
    ]
