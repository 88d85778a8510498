"""What the rules of a match can have for a value, as far as they say it themselves."""

from collections.abc import Iterator
from typing import Any

from engine.syntax import Tree, path_of, rule_name
from engine.tracee.dialect import MATCH

OBJECT = "object"
TRUE = "true"
OTHER = "other"

_OPEN = frozenset({OBJECT, TRUE, OTHER})
_ASSIGNING = frozenset({"eq", "assign"})


def results_of(tree: Tree) -> frozenset[str]:
    """`object`, `true` and `other`, those of them that a match in *tree* can be."""
    found: frozenset[str] = frozenset()
    for rule in tree.get("rules") or []:
        if rule_name(rule) == MATCH:
            for value, body in _values(rule):
                found |= _kinds(value, body)
    return found


def _values(rule: Tree) -> Iterator[tuple[Any, list[Tree]]]:
    """The value of a rule and of each of its alternatives, with the body that it comes from."""
    current: Tree | None = rule
    while current:
        yield current["head"].get("value"), current.get("body") or []
        current = current.get("else")


def _kinds(value: Any, body: list[Tree]) -> frozenset[str]:
    match (value or {}).get("type"):
        case "object" | "objectcomprehension":
            return frozenset({OBJECT})
        case "boolean":
            return frozenset({TRUE if value["value"] else OTHER})
        case "string" | "number" | "null" | "array" | "set" | "arraycomprehension" | "setcomprehension":
            return frozenset({OTHER})
        case "var":
            assigned = [_kinds(other, []) for other in _assigned(value["value"], body)]
            return assigned[0] if len(assigned) == 1 else _OPEN
    return _OPEN


def _assigned(name: str, body: list[Tree]) -> Iterator[Any]:
    """What *body* sets variable *name* to."""
    for expression in body:
        terms = expression.get("terms")
        if not isinstance(terms, list) or len(terms) != 3 or expression.get("negated"):
            continue
        operator = path_of(terms[0]) or ("",)
        if operator[-1] not in _ASSIGNING:
            continue
        for one, other in ((terms[1], terms[2]), (terms[2], terms[1])):
            if one.get("type") == "var" and one.get("value") == name:
                yield other
