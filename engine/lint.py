"""What the schemas do not catch and yet makes a signature blind or slow."""

import re
from collections.abc import Iterator

from engine.signatures import FINDING, Problem
from engine.source import Source
from engine.syntax import (
    Tree,
    call,
    event_names,
    imports,
    line_of,
    path_of,
    reference,
    rule_name,
    walk,
)
from tracewire.catalogue import BY_NAME
from tracewire.catalogue.registry import UnknownEventError


def lint(source: Source, tree: Tree, events: tuple[str, ...] | None = None) -> list[Problem]:
    """The rules of our own that *source* breaks.

    Args:
        source: A signature or a library file.
        tree: Its syntax tree.
        events: What a signature's METADATA says it judges; None for a library file.
    """
    found = [*_imports(source, tree), *_expressions(source, tree), *_loops(source, tree)]
    if events is not None:
        found += [*_events(source, tree, events), *_guards(source, tree)]
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


def _guards(source: Source, tree: Tree) -> Iterator[Problem]:
    """Rules that compare the event's name, but look at something else before."""
    for rule in tree.get("rules") or []:
        body = rule.get("body") or []
        first = next((position for position, one in enumerate(body) if event_names(one)), 0)
        if first and rule_name(rule) == FINDING:
            names = " or ".join(f'"{name}"' for name in event_names(body[first]) or ())
            yield Problem(
                source.path,
                _code_line(source.text, r"input\.event\b.*" + re.escape(names.split(" or ")[0])),
                f"input.event is compared with {names} after other conditions; make that the first line of "
                "the rule, which is then looked up and not evaluated",
            )


_MATCHES = {"startswith": "any_prefix_match", "endswith": "any_suffix_match"}


def _loops(source: Source, tree: Tree) -> Iterator[Problem]:
    """`some p in places; startswith(x, p)`, which is evaluated for each place."""
    for body in _bodies(tree):
        loops: set[str] = set()
        for one in body:
            terms = one.get("terms")
            for symbol in (terms.get("symbols") or []) if isinstance(terms, dict) else []:
                called = call(symbol)
                if called and called[0] == "internal.member_2" and called[1][0].get("type") == "var":
                    loops.add(str(called[1][0]["value"]))
        for one in body:
            called = call(one)
            if called is None or called[0] not in _MATCHES or one.get("negated"):
                continue
            variable = called[1][1]
            if variable.get("type") == "var" and variable["value"] in loops:
                name, better = called[0], _MATCHES[called[0]]
                yield Problem(
                    source.path,
                    _code_line(source.text, rf".*\b{name}\s*\(.*\b{re.escape(variable['value'])}\s*\)"),
                    f"a loop around `{name}` is evaluated for each of its values; "
                    f"`strings.{better}(text, values)` looks them up",
                )


def _bodies(tree: Tree) -> Iterator[list[Tree]]:
    for node in walk(tree):
        body = node.get("body")
        if isinstance(body, list) and all(isinstance(one, dict) for one in body):
            yield body


def _code_line(text: str, pattern: str) -> int:
    """The first line outside comments that *pattern* matches from its first character that is not blank."""
    compiled = re.compile(rf"\s*{pattern}")
    for row, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#") and compiled.match(line):
            return row
    return line_of(text, "package")
