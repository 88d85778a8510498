"""Tells OPA which event's schema a signature's fields are checked against."""

import re
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from engine.signatures import Signature
from engine.syntax import Tree, rule_events, rule_name

_METADATA = re.compile(r"#\s*METADATA\s*")


class Annotated(NamedTuple):
    """A file with schema annotations in it.

    Attributes:
        text: What OPA checks.
        inserted: Lines of `text`, from 1, that the author did not write; ascending.
        unions: By name, events of which any may be meant.
    """

    text: str
    inserted: tuple[int, ...]
    unions: dict[str, tuple[str, ...]]

    def original_row(self, row: int) -> int:
        """The author's line for line *row* of `text`."""
        return row - sum(1 for inserted in self.inserted if inserted < row)


def union_name(events: tuple[str, ...]) -> str:
    """The name of the schema for documents of any of *events*: the event's own, or one for the set."""
    if len(events) == 1:
        return events[0]
    return "any_" + blake2b(",".join(sorted(events)).encode(), digest_size=8).hexdigest()


def union_schema(schemas: list[Any]) -> bytes:
    """A JSON Schema that accepts what any of *schemas* does."""
    return msgspec.json.encode({"anyOf": schemas})


def annotate(signature: Signature, tree: Tree, annotation: dict[str, Any]) -> Annotated:
    """*signature* with a schema for its package, and a narrower one above each rule that names its event.

    A package that judges two events would otherwise accept the arguments of one in the
    rule for the other. An author's own annotation is left alone.
    """
    lines = signature.source.text.splitlines()
    unions: dict[str, tuple[str, ...]] = {}
    additions: list[tuple[int, list[str]]] = []
    if not annotation.get("schemas"):
        row = _metadata_row(lines)
        additions.append((row, _schema_lines(signature.events, unions)))
        if len(signature.events) > 1:
            for position, events in _rule_rows(lines, tree):
                additions.append((position, ["# METADATA", *_schema_lines(events, unions)]))
    text: list[str] = []
    inserted: list[int] = []
    before = dict(additions)
    for index, line in enumerate(lines):
        for extra in before.get(index, ()):
            text.append(extra)
            inserted.append(len(text))
        text.append(line)
    return Annotated("\n".join(text) + "\n", tuple(inserted), unions)


def _schema_lines(events: tuple[str, ...], unions: dict[str, tuple[str, ...]]) -> list[str]:
    name = union_name(events)
    if len(events) > 1:
        unions[name] = events
    return ["# schemas:", f"#   - input: schema.{name}"]


def _metadata_row(lines: list[str]) -> int:
    """The index of the line after the METADATA that belongs to the package."""
    package = next(index for index, line in enumerate(lines) if line.startswith("package"))
    return 1 + max(index for index, line in enumerate(lines[:package]) if _METADATA.fullmatch(line))


def _rule_rows(lines: list[str], tree: Tree) -> list[tuple[int, tuple[str, ...]]]:
    """The line index and the events of each rule that names its events.

    The syntax tree comes without positions, so rules are found by their names in order.
    Where the count of lines differs from that of rules, the package's schema has to do.
    """
    found: list[tuple[int, tuple[str, ...]]] = []
    rules: dict[str, list[Tree]] = {}
    for rule in tree.get("rules") or []:
        rules.setdefault(rule_name(rule), []).append(rule)
    for name, same in rules.items():
        head = re.compile(rf"(?:default\s+)?{re.escape(name)}(?![A-Za-z0-9_])")
        rows = [index for index, line in enumerate(lines) if head.match(line)]
        if len(rows) != len(same):
            continue
        for row, rule in zip(rows, same, strict=True):
            events = tuple(dict.fromkeys(rule_events(rule) or ()))
            if events and not _has_metadata(lines, row):
                found.append((row, events))
    return found


def _has_metadata(lines: list[str], row: int) -> bool:
    while row > 0 and lines[row - 1].startswith("#"):
        row -= 1
        if _METADATA.fullmatch(lines[row]):
            return True
    return False
