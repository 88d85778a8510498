"""What a signature's syntax tree says, as `opa parse` and rego.parse_module write it."""

from collections.abc import Iterator
from typing import Any

Tree = dict[str, Any]


def walk(node: Any) -> Iterator[Tree]:
    """Every object of a tree, outer ones first."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, dict):
            yield current
            pending.extend(reversed(list(current.values())))
        elif isinstance(current, list):
            pending.extend(reversed(current))


def is_var(term: Any, name: str) -> bool:
    """Whether *term* is the variable *name*."""
    return isinstance(term, dict) and term.get("type") == "var" and term.get("value") == name


def reference(term: Any) -> list[Any] | None:
    """The terms of *term* if it is a reference."""
    if isinstance(term, dict) and term.get("type") == "ref":
        value = term["value"]
        return value if isinstance(value, list) else None
    return None


def path_of(term: Any) -> tuple[str, ...] | None:
    """`input.args.flags` as ("input", "args", "flags"); None for anything but constant names."""
    terms = reference(term)
    if not terms or terms[0].get("type") != "var":
        return None
    if any(step.get("type") != "string" for step in terms[1:]):
        return None
    return tuple(str(step["value"]) for step in terms)


def constant_start(term: Any) -> tuple[str, ...] | None:
    """The part of a reference, or a variable, before the first step that varies."""
    if term.get("type") == "var":
        return (str(term["value"]),)
    steps = []
    for position, step in enumerate(term["value"]):
        if step.get("type") != ("var" if position == 0 else "string"):
            break
        steps.append(str(step["value"]))
    return tuple(steps) or None


def package(tree: Tree) -> tuple[str, ...]:
    """The package's path without `data`."""
    return tuple(str(step["value"]) for step in tree["package"]["path"][1:])


def imports(tree: Tree) -> list[tuple[str, ...]]:
    """The paths of all imports."""
    return [path for imported in tree.get("imports") or [] if (path := path_of(imported["path"]))]


def rule_name(rule: Tree) -> str:
    """The first name in a rule's head."""
    return str(rule["head"]["ref"][0]["value"])


def _constants(term: Any) -> list[str] | None:
    """The strings of a set or array that holds nothing else."""
    if not isinstance(term, dict) or term.get("type") not in {"set", "array"}:
        return None
    if any(element.get("type") != "string" for element in term["value"]):
        return None
    return [str(element["value"]) for element in term["value"]]


def call(node: Tree) -> tuple[str, list[Any]] | None:
    """An expression or a term that calls: the operator's name and its operands."""
    terms = (
        node.get("terms") if "terms" in node else node.get("value") if node.get("type") == "call" else None
    )
    if not isinstance(terms, list) or not terms:
        return None
    name = path_of(terms[0])
    return (".".join(name), terms[1:]) if name else None


def event_names(node: Tree) -> list[str] | None:
    """The names that an expression compares `input.event` with; None if it is no such comparison."""
    called = call(node)
    if called is None or len(called[1]) != 2:
        return None
    operator, (left, right) = called
    if operator in {"equal", "eq"}:
        for one, other in ((left, right), (right, left)):
            if path_of(one) == ("input", "event") and other.get("type") == "string":
                return [str(other["value"])]
    if operator == "internal.member_2" and path_of(left) == ("input", "event"):
        return _constants(right)
    return None


def rule_events(rule: Tree) -> list[str] | None:
    """The events that *rule* restricts itself to at the top level of its body; None if it does not."""
    for expression in rule.get("body") or []:
        if expression.get("negated") or expression.get("with"):
            continue
        terms = expression.get("terms")
        inner = terms.get("symbols") if isinstance(terms, dict) else None
        for candidate in [expression, *(inner or [])]:
            names = event_names(candidate)
            if names is not None:
                return names
    return None


def line_of(text: str, fragment: str) -> int:
    """The first line of *text* with *fragment* in it, from 1; 1 if there is none."""
    position = text.find(fragment)
    return text.count("\n", 0, position) + 1 if position >= 0 else 1


def libraries_used(tree: Tree) -> set[tuple[str, ...]]:
    """Packages below `data.lib` that *tree* imports or names, as ("lib", "files")."""
    used = {path[1:3] for path in imports(tree) if path[:2] == ("data", "lib")}
    for node in walk(tree):
        path = path_of(node)
        if path and path[:2] == ("data", "lib"):
            used.add(path[1:3])
    return used
