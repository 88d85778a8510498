"""Lists that several signatures read, as data: `data.lists.<name>`."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import msgspec

from engine.signatures import Problem
from engine.source import Source
from engine.syntax import Tree, constant_start, path_of, walk

LISTS = "lists"

_NAME = re.compile(r"[a-z_][a-z0-9_]*")

Lists = dict[str, list[Any]]


def read_lists(text: str) -> Lists | tuple[int, str]:
    """The lists by name in *text*, or the line and the reason why there are none."""
    try:
        given = msgspec.json.decode(
            text.encode("utf-8", "replace"), type=dict[str, list[str | int | float | bool]]
        )
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return 1, f"should be a JSON object from name to a list of texts or numbers: {error}"
    for name in given:
        if not _NAME.fullmatch(name):
            row = next((row for row, line in enumerate(text.splitlines(), 1) if f'"{name}"' in line), 1)
            return row, f"list {name!r} should be called by lower case letters, digits and _"
    return {name: [*items] for name, items in given.items()}


def unknown_lists(source: Source, tree: Tree, known: Lists) -> Iterator[Problem]:
    """Where *source* reads a list that is not in *known*: OPA would take it for one that never matches."""
    for name in sorted(_read(tree) - known.keys()):
        pattern = re.compile(rf"\blists\s*(\.\s*{re.escape(name)}\b|\[\s*\"{re.escape(name)}\")")
        lines = enumerate(source.text.splitlines(), 1)
        row = next(
            (row for row, line in lines if not line.lstrip().startswith("#") and pattern.search(line)), 1
        )
        near = get_close_matches(name, known, n=1)
        meant = f"did you mean {near[0]!r}?" if near else f'write it into a lists.json: {{"{name}": [...]}}'
        yield Problem(source.path, row, f"data.lists has no {name!r}; {meant}")


def _read(tree: Tree) -> set[str]:
    """The names of the lists that *tree* refers to."""
    names: dict[str, tuple[str, ...]] = {"data": ("data",)}
    for imported in tree.get("imports") or []:
        path = path_of(imported["path"])
        if path and path[:2] == ("data", LISTS):
            names[imported.get("alias") or path[-1]] = path
    found = {path[2] for path in names.values() if len(path) > 2}
    for node in walk(tree.get("rules")):
        path = constant_start(node) if node.get("type") == "ref" else None
        if path and path[0] in names:
            full = (*names[path[0]], *path[1:])
            if full[:2] == ("data", LISTS) and len(full) > 2:
                found.add(full[2])
    return found
