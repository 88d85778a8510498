"""What the schemas do not catch and yet makes a signature blind or slow."""

import re
from collections.abc import Iterator

from engine.signatures import Problem
from engine.source import Source
from engine.syntax import Tree, event_names, imports, line_of, path_of, reference, walk
from tracewire.catalogue import BY_NAME
from tracewire.catalogue.registry import UnknownEventError


def lint(source: Source, tree: Tree, events: tuple[str, ...] | None = None) -> list[Problem]:
    """The rules of our own that *source* breaks.

    Args:
        source: A signature or a library file.
        tree: Its syntax tree.
        events: What a signature's METADATA says it judges; None for a library file.
    """
    found = [*_imports(source, tree), *_expressions(source, tree)]
    if events is not None:
        found += _events(source, tree, events)
    return sorted(set(found), key=lambda problem: (problem.row, problem.reason))


def _imports(source: Source, tree: Tree) -> Iterator[Problem]:
    # Under rego.v1 a negated call on a missing field makes the whole rule undefined:
    # the signature would be silently dead for every event without that field.
    if ("rego", "v2") not in imports(tree):
        yield Problem(source.path, _code_line(source.text, r"package\b"), "`import rego.v2` is missing")


def _expressions(source: Source, tree: Tree) -> Iterator[Problem]:
    for node in walk(tree):
        if node.get("with"):
            yield Problem(
                source.path,
                _code_line(source.text, r".*\bwith\s+(input|data)\b"),
                "`with` is for tests: it evaluates again for each event and is not indexed",
            )
        terms = reference(node)
        name = path_of(node) if terms else None
        if name == ("print",):
            yield Problem(source.path, _code_line(source.text, r".*\bprint\s*\("), "`print` is for tests")
        called = (
            node.get("terms")
            if "terms" in node
            else node.get("value")
            if node.get("type") == "call"
            else None
        )
        if isinstance(called, list) and len(called) > 1 and path_of(called[0]) == ("object", "get"):
            first = called[1]
            if path_of(first) == ("input",) or first == {"type": "var", "value": "input"}:
                yield Problem(
                    source.path,
                    _code_line(source.text, r".*\bobject\.get\s*\(\s*input\b"),
                    "`object.get(input, ...)` hides which field is read; write input.<field>",
                )


def _events(source: Source, tree: Tree, events: tuple[str, ...]) -> Iterator[Problem]:
    for node in walk(tree):
        for name in event_names(node) or []:
            row = _code_line(source.text, rf'.*"{re.escape(name)}"')
            if name not in BY_NAME:
                yield Problem(source.path, row, f"input.event: {UnknownEventError(name)}")
            elif name not in events:
                yield Problem(source.path, row, f"input.event: {name!r} is not among custom.events")


def _code_line(text: str, pattern: str) -> int:
    """The first line outside comments that *pattern* matches from its first character that is not blank."""
    compiled = re.compile(rf"\s*{pattern}")
    for row, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#") and compiled.match(line):
            return row
    return line_of(text, "package")
