"""What OPA left undecided, as somebody would have written it, and where that probably stands."""

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from engine.source import Source
from engine.syntax import Tree

_INFIX = {
    "eq": "==", "equal": "==", "neq": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=",
    "internal.member_2": "in",
}  # fmt: skip
_MOST_ELEMENTS = 4
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,}|==|!=|<=?|>=?")


Support = dict[str, list[list[Tree]]]
"""The bodies of rules by their full names."""


class Place(NamedTuple):
    """A line of a file.

    Attributes:
        path: The file.
        row: Line, from 1.
    """

    path: str
    row: int


def supporting(modules: Iterable[Tree]) -> Support:
    """The bodies of the rules in *modules*, which OPA wrote, by their full names."""
    bodies: Support = {}
    for module in modules:
        package = [str(part["value"]) for part in module["package"]["path"]]
        for rule in module.get("rules") or []:
            name = ".".join([*package, str(rule["head"].get("name", ""))])
            bodies.setdefault(name, []).append(rule.get("body") or [])
    return bodies


def rendered(expression: Tree, support: Support, *, depth: int = 3) -> str:
    """*expression* as Rego; rules that OPA made up are written out."""
    terms = expression["terms"]
    text = _call(terms, support, depth) if isinstance(terms, list) else _term(terms, support, depth)
    return f"not {text}" if expression.get("negated") else text


def _body(body: Iterable[Tree], support: Support, depth: int) -> str:
    return "; ".join(rendered(expression, support, depth=depth) for expression in body)


def _call(terms: list[Tree], support: Support, depth: int) -> str:
    operator = _reference(terms[0])
    operands = [_term(term, support, depth) for term in terms[1:]]
    if operator in _INFIX and len(operands) == 2:
        return f"{operands[0]} {_INFIX[operator]} {operands[1]}"
    return f"{operator}({', '.join(operands)})"


def _reference(term: Tree) -> str:
    value = term.get("value")
    if not isinstance(value, list):
        return str(value)
    first, *rest = value
    text = str(first.get("value"))
    for part in rest:
        if part.get("type") == "string" and re.fullmatch(r"\w+", part["value"]):
            text += f".{part['value']}"
        elif part.get("type") == "var":
            text += "[_]"
        else:
            text += f"[{json.dumps(part.get('value'))}]"
    return text


def _term(term: Tree, support: Support, depth: int) -> str:  # noqa: PLR0911  (a table)
    value = term.get("value")
    match term.get("type"):
        case "ref":
            name = _reference(term)
            if name in support and depth:
                return " or ".join(f"({_body(body, support, depth - 1)})" for body in support[name])
            return name
        case "var":
            return "_" if str(value).startswith(("$", "__")) else str(value)
        case "call":
            return _call(value, support, depth)  # type: ignore[arg-type]
        case "not":
            body = term.get("body") or value or []
            return f"not {_body(body, support, depth)}"
        case "or" | "and" as kind:
            sides = [_body(term.get(side) or [], support, depth) for side in ("lhs", "rhs")]
            return f" {kind} ".join(sides)
        case "set" | "array" as kind:
            elements = value if isinstance(value, list) else []
            shown = [_term(element, support, depth) for element in elements[:_MOST_ELEMENTS]]
            if len(elements) > _MOST_ELEMENTS:
                shown.append(f"… {len(elements)} in all")
            return f"{'{' if kind == 'set' else '['}{', '.join(shown)}{'}' if kind == 'set' else ']'}"
        case "object" | "objectcomprehension" | "setcomprehension" | "arraycomprehension":
            return "{…}"
        case _:
            return json.dumps(value)


def place_of(text: str, sources: Iterable[Source]) -> Place | None:
    """The line of *sources* that has most of the words of an expression; the first of several.

    OPA's answer has no positions, and helpers and constants have been put in, so this is
    where somebody should look, and not a proof.
    """
    words = set(_WORD.findall(text)) - {"input", "args", "not", "process", "all"}
    best: tuple[float, Place] | None = None
    for source in sources:
        for row, line in enumerate(source.text.splitlines(), 1):
            if line.lstrip().startswith(("#", "import", "package")):
                continue
            found = set(_WORD.findall(line))
            score = len(words & found) - 0.01 * len(found - words)
            if text.startswith("not ") == line.lstrip().startswith("not "):
                score += 1.5
            if words & found and (best is None or score > best[0]):
                best = (score, Place(source.path, row))
    return best[1] if best else None
