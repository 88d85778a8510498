"""What partial evaluation leaves of a signature of Tracee's, in the terms of our own document.

Only what says the same about our fields is exchanged; everything else stays, is recognised by
nobody and so counts as true.
"""

from collections.abc import Callable
from typing import Any

from engine.syntax import Tree
from engine.tracee.arguments import is_parsed
from engine.tracee.document import FIELD
from tracewire.catalogue import BY_NAME, Argument, Definition, Kind
from tracewire.catalogue.constants import FIELDS, FLAGS

# The same values under other names.
_SAME = {
    ("processName",): ("process", "comm"),
    ("userId",): ("process", "uid"),
    ("hostProcessId",): ("process", "pid"),
    ("hostThreadId",): ("process", "tid"),
    ("processId",): ("process", "ns_pid"),
    ("threadId",): ("process", "ns_tid"),
    ("mountNamespace",): ("process", "mount_namespace"),
    ("pidNamespace",): ("process", "pid_namespace"),
    ("cgroupId",): ("process", "cgroup_id"),
    ("returnValue",): ("return_value",),
    ("hostName",): ("node",),
}

# The same, but "" there where ours is null.
_SAME_IF_KNOWN = {
    ("executable", "path"): ("process", "exe"),
    ("syscall",): ("syscall",),
    ("containerId",): ("container", "id"),
    ("container", "id"): ("container", "id"),
    ("containerName",): ("container", "name"),
    ("container", "name"): ("container", "name"),
    ("containerImage",): ("container", "image"),
    ("container", "image"): ("container", "image"),
}

_SAME_KINDS = frozenset(
    {Kind.INTEGER, Kind.POINTER, Kind.BOOLEAN, Kind.STRING, Kind.PATH, Kind.STRINGS, Kind.BYTES}
)
_EQUALITIES = frozenset({"eq", "equal"})
_WITH_TEXT = frozenset({*_EQUALITIES, "startswith", "endswith", "internal.member_2",
                        "strings.any_prefix_match", "strings.any_suffix_match"})  # fmt: skip
_MEMBER = {
    "type": "ref",
    "value": [{"type": "var", "value": "internal"}, {"type": "string", "value": "member_2"}],
}

Known = Callable[[tuple[str, ...]], tuple[str, ...] | None]


def in_our_terms(result: Tree, event: str) -> Tree:
    """The `result` of OPA's Compile API for a signature of Tracee's and *event*."""
    if result.get("queries") is None:
        return result
    definition = BY_NAME[event]
    return {**result, "queries": [_query(query or [], definition) for query in result["queries"]]}


def _query(query: list[Tree], definition: Definition) -> list[Tree]:
    arguments = {variable: name for one in query if (bound := _binding(one)) for variable, name in [bound]}
    return [
        _expression(one, arguments, definition)
        for one in query
        if (bound := _binding(one)) is None or arguments[bound[0]] != bound[1]
    ]


def _path(term: Any) -> list[Tree] | None:
    """The steps of *term* below `input.tracee`; None if it is no such reference."""
    value = term.get("value") if isinstance(term, dict) and term.get("type") == "ref" else None
    if not isinstance(value, list) or len(value) < 3:
        return None
    if value[0].get("value") != "input" or value[1].get("value") != FIELD:
        return None
    return value[2:]


def _operator(term: Tree) -> str:
    value = term.get("value")
    return ".".join(str(step.get("value")) for step in value) if isinstance(value, list) else ""


def _terms(expression: Tree) -> list[Tree] | None:
    terms = expression.get("terms")
    if expression.get("negated") or expression.get("with") or not isinstance(terms, list) or len(terms) != 3:
        return None
    return terms


def _binding(expression: Tree) -> tuple[str, str] | None:
    """`input.args[x].name == "pathname"` as (x, pathname)."""
    terms = _terms(expression)
    if terms is None or _operator(terms[0]) not in _EQUALITIES:
        return None
    for one, other in ((terms[1], terms[2]), (terms[2], terms[1])):
        steps = _path(one)
        if (
            steps is not None
            and len(steps) == 3
            and steps[0].get("value") == "args"
            and steps[1].get("type") == "var"
            and steps[2].get("value") == "name"
            and other.get("type") == "string"
        ):
            return str(steps[1]["value"]), str(other["value"])
    return None


def _expression(expression: Tree, bound: dict[str, str], definition: Definition) -> Tree:
    terms = _terms(expression)
    if terms is None:
        return expression
    operator = _operator(terms[0])
    if (flags := _flags(operator, terms, bound, definition)) is not None:
        return {**expression, "terms": flags}
    exchanged = [terms[0]]
    for term, other in ((terms[1], terms[2]), (terms[2], terms[1])):
        says_text = operator in _WITH_TEXT and _has_text(other)
        exchanged.append(_left(_exchanged(term, bound, definition, says_text=says_text)))
    return {**expression, "terms": exchanged}


def _left(term: Tree) -> Tree:
    """*term*, and if it is still of Tracee's input one that is no field of an event: nobody else knows it."""
    steps = _path(term)
    if steps is None or steps[0].get("type") != "string":
        return term
    field = {"type": "string", "value": f"{FIELD}.{steps[0]['value']}"}
    return {"type": "ref", "value": [term["value"][0], field, *steps[1:]]}


def _exchanged(term: Tree, bound: dict[str, str], definition: Definition, *, says_text: bool) -> Tree:
    found = _argument(term, bound, definition)
    if found is not None:
        argument, rest = found
        return _reference("args", argument.name, rest) if _is_same(argument, definition, rest) else term
    steps = _path(term)
    if steps is None or any(step.get("type") != "string" for step in steps):
        return term
    names = tuple(step["value"] for step in steps)
    ours = _SAME.get(names) or (_SAME_IF_KNOWN.get(names) if says_text else None)
    return term if ours is None else _reference(*ours, [])


def _argument(
    term: Tree, bound: dict[str, str], definition: Definition
) -> tuple[Argument, list[Tree]] | None:
    """The argument that *term* is the value of, and the steps into it."""
    steps = _path(term)
    if steps is None or len(steps) < 2:
        return None
    if steps[0].get("value") == "argument" and steps[1].get("type") == "string":
        name, rest = steps[1]["value"], steps[2:]
    elif steps[0].get("value") == "args" and len(steps) > 2 and steps[2].get("value") == "value":
        name, rest = bound.get(str(steps[1].get("value"))), steps[3:]
    else:
        return None
    for argument in definition.arguments:
        if argument.name == name:
            return argument, rest
    return None


def _is_same(argument: Argument, definition: Definition, rest: list[Tree]) -> bool:
    """Whether the value, or what is at *rest* in it, is the one that we have."""
    if argument.kind is Kind.ENUM:
        return is_parsed(definition.name, argument.name)
    if argument.kind is Kind.ADDRESS:
        return bool(rest) and rest[0].get("value") in {"sa_family", "sin_addr", "sin6_addr", "sun_path"}
    return argument.kind in _SAME_KINDS


def _reference(*parts: Any) -> Tree:
    *names, rest = parts
    steps: list[Tree] = [{"type": "string", "value": name} for name in names]
    return {"type": "ref", "value": [{"type": "var", "value": "input"}, *steps, *rest]}


def _has_text(term: Tree) -> bool:
    """Whether *term* is a string with something in it, or several of those and nothing else."""
    if term.get("type") == "string":
        return bool(term["value"])
    return term.get("type") in {"set", "array"} and all(
        one.get("type") == "string" and one["value"] for one in term["value"]
    )


def _flags(
    operator: str, terms: list[Tree], bound: dict[str, str], definition: Definition
) -> list[Tree] | None:
    """What a comparison of flags, which are one text there, needs of the list that they are here."""
    for one, other in ((terms[1], terms[2]), (terms[2], terms[1])):
        lowered = one.get("type") == "call" and _operator(one["value"][0]) == "lower"
        found = _argument(one["value"][1] if lowered else one, bound, definition)
        if found is None or other.get("type") != "string":
            continue
        argument, rest = found
        if argument.kind is not Kind.FLAGS or rest or not is_parsed(definition.name, argument.name):
            return None
        names = _names(argument.names)
        text = str(other["value"])
        if operator in _EQUALITIES and not lowered:
            needed = [part for part in text.split("|") if part in names][:1]
        elif operator == "contains" and one is terms[1]:
            needed = _with(names, text, lowered=lowered)
        else:
            return None
        if not needed:
            return None
        item = {"type": "var", "value": "_"}
        chosen = [{"type": "string", "value": name} for name in needed]
        return [_MEMBER, _reference("args", argument.name, [item]), {"type": "set", "value": chosen}]
    return None


def _names(table: str) -> list[str]:
    return [*FLAGS[table].values(), *(FIELDS[table][1].values() if table in FIELDS else ())]


def _with(names: list[str], text: str, *, lowered: bool) -> list[str]:
    """The names of which one has to be set for *text* to be in the joined ones.

    None where it can be in what stands between two names, or in bits without a name.
    """
    if "_" not in text or "|" in text:
        return []
    return [name for name in names if text in (name.lower() if lowered else name)]
