"""What must hold of an event for a signature to find anything, from what OPA could not decide.

Partial evaluation leaves queries of which any, and of each all expressions, must hold. From
those come clauses that hold whenever the queries do. Whatever is not recognised here counts
as true: then more is collected, and never less.
"""

import ipaddress
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from engine.syntax import Tree
from tracewire.clause import Clause, Condition, Constant

MOST_CLAUSES = 8

_FLIPPED = {"gt": "lt", "lt": "gt", "gte": "lte", "lte": "gte", "eq": "eq", "equal": "eq"}


class Asked(NamedTuple):
    """A clause, and whose it is.

    Attributes:
        clause: The conditions.
        signatures: Names of those that can find something only where it holds, or another of theirs.
    """

    clause: Clause
    signatures: frozenset[str]


class Residual(msgspec.Struct, frozen=True):
    """What is left of a signature for one event.

    Attributes:
        fires: Whether it can find anything.
        clauses: Any of these holds when it does; none: any event will do.
        unused: Expressions that restrict it further and that no clause says.
        too_many: Clauses there would have been, if they were more than are kept; else 0.
    """

    fires: bool
    clauses: tuple[Clause, ...] = ()
    unused: tuple[Tree, ...] = ()
    too_many: int = 0


EVERYTHING = Residual(fires=True)


def read_residual(result: Tree) -> Residual:
    """The residual in the `result` of OPA's Compile API."""
    queries = result.get("queries")
    if queries is None:
        return Residual(fires=False)
    unused: dict[bytes, Tree] = {}
    clauses: list[Clause] = []
    for query in queries:
        clause: dict[str, Condition] = {}
        for expression in query or ():
            atom = _atom(expression)
            if atom is None:
                if not _binds_output(expression):
                    unused.setdefault(_key(expression), expression)
                continue
            field, condition = atom
            clause[field] = _and(clause[field], condition) if field in clause else condition
        clauses.append(clause)
    merged = merge(clauses)
    too_many = len(merged) if len(merged) > MOST_CLAUSES else 0
    if too_many or not all(merged):
        merged = []
    return Residual(True, tuple(merged), tuple(unused.values()), too_many)


def _key(expression: Tree) -> bytes:
    return msgspec.json.encode({name: part for name, part in expression.items() if name != "index"})


def _atom(expression: Tree) -> tuple[str, Condition] | None:
    """The field and the condition that *expression* puts on it; None if it is no such thing."""
    terms = expression.get("terms")
    if expression.get("with"):
        return None
    if isinstance(terms, dict):
        return _in_container(expression)
    if expression.get("negated") or not isinstance(terms, list) or len(terms) != 3:
        return None
    return _container_or_host(terms) or _network(terms) or _of_two_fields(terms) or _comparison(terms)


def _in_container(expression: Tree) -> tuple[str, Condition] | None:
    """`input.container.id`, and `not` before it; what another field of a container is, is known later.

    Null is true to Rego: of an argument this says nothing.
    """
    term, negated = expression["terms"], bool(expression.get("negated"))
    if term.get("type") == "not":  # as rego.v2 has it
        (inner, *more) = term["body"]
        if negated or more or inner.get("negated") or inner.get("with"):
            return None
        term, negated = inner["terms"], True
    field, item = (_field(term) if isinstance(term, dict) else None) or ("", True)
    if item or not field.startswith("container.") or (negated and field != "container.id"):
        return None
    return "container.id", Condition(present=not negated)


def _container_or_host(terms: list[Tree]) -> tuple[str, Condition] | None:
    """`input.container != null`, and with `==`."""
    operator = _name(terms[0])
    for field, other in (terms[1:], terms[:0:-1]):
        if _field(field) == ("container", False) and other.get("type") == "null":
            present = {"neq": True, "eq": False, "equal": False}.get(operator)
            return None if present is None else ("container.id", Condition(present=present))
    return None


def _network(terms: list[Tree]) -> tuple[str, Condition] | None:
    """`net.cidr_contains("10.0.0.0/8", input.args.remote_addr.sin_addr)`.

    OPA takes an IPv4 address in the form of IPv6 as one of IPv4; there the kernel would say less.
    """
    located, networks = _field(terms[2]), _constants(terms[1])
    if _name(terms[0]) != "net.cidr_contains" or located is None or located[1] or networks is None:
        return None
    try:
        network = ipaddress.ip_network(str(networks[0]), strict=False)
    except ValueError:
        return None
    if not located[0].endswith({4: ".sin_addr", 6: ".sin6_addr"}[network.version]):
        return None
    return located[0], Condition(cidr=(str(network),))


def _of_two_fields(terms: list[Tree]) -> tuple[str, Condition] | None:
    """`input.process.exe == input.args.pathname`, and of `input.process.ancestors[_]`."""
    if _name(terms[0]) not in {"eq", "equal"}:
        return None
    for one, other in (terms[1:], terms[:0:-1]):
        located, same = _field(one), _program(other)
        if located is not None and not located[1] and located[0].startswith("args.") and same:
            return located[0], Condition(same=(same,))
    return None


def _program(term: Tree) -> str:
    """The field that says the path of the process's program or of an ancestor's; empty for any other."""
    if _field(term) == ("process.exe", False):
        return "process.exe"
    parts = term["value"] if term.get("type") == "ref" and isinstance(term.get("value"), list) else []
    kinds = [part.get("type") for part in parts]
    names = [part.get("value") for part in parts if part.get("type") != "var"]
    if kinds == ["var", "string", "string", "var", "string"] and parts[0]["value"] == "input":
        return "process.ancestors.exe" if names == ["process", "ancestors", "exe"] else ""
    return ""


def _comparison(terms: list[Tree]) -> tuple[str, Condition] | None:
    operator = _name(terms[0])
    left, right = terms[1:]
    if operator in _FLIPPED and left.get("type") != "ref":
        operator, left, right = _FLIPPED[operator], right, left
    if operator == "internal.member_2" and left.get("type") != "ref":
        return _found_in(right, left)
    read, located = _READERS.get(operator), _field(left)
    condition = read(right) if read else None
    if located is None or condition is None:
        return None
    field, item = located
    if item:
        # `some flag in input.args.flags; flag == "O_CREAT"`: the list has it. Of an item only equality.
        if not condition.equal:
            return None
        condition = Condition(contains=condition.equal)
    return field, condition


def _found_in(container: Tree, item: Tree) -> tuple[str, Condition] | None:
    located, constants = _field(container), _constants(item)
    if located is None or constants is None or located[1]:
        return None
    return located[0], Condition(contains=constants)


def _name(term: Tree) -> str:
    value = term.get("value")
    if term.get("type") != "ref" or not isinstance(value, list):
        return ""
    return ".".join(str(part.get("value")) for part in value)


def _field(term: Tree) -> tuple[str, bool] | None:
    """`input.args.flags` as ("args.flags", False), with a variable behind it as ("args.flags", True)."""
    value = term.get("value")
    if term.get("type") != "ref" or not isinstance(value, list) or len(value) < 2:
        return None
    if value[0].get("value") != "input":
        return None
    parts = value[1:]
    item = len(parts) > 1 and parts[-1].get("type") == "var"
    names = parts[:-1] if item else parts
    if any(part.get("type") != "string" or "." in part["value"] for part in names):
        return None
    return ".".join(part["value"] for part in names), item


def _constants(term: Tree) -> tuple[Constant, ...] | None:
    """A constant alone."""
    value = term.get("value")
    match term.get("type"):
        case "string" | "boolean":
            return (value,)  # type: ignore[return-value]
        case "number" if isinstance(value, int):
            return (value,)
    return None


def _collection(term: Tree) -> tuple[Constant, ...] | None:
    """The constants of a set or an array that has nothing else in it."""
    if term.get("type") not in {"set", "array"}:
        return None
    found: list[Constant] = []
    for element in term["value"]:
        constants = _constants(element)
        if constants is None:
            return None
        found += constants
    return tuple(found)


def _equal(term: Tree) -> Condition | None:
    constants = _constants(term)
    return None if constants is None else Condition(equal=constants)


def _member(term: Tree) -> Condition | None:
    constants = _collection(term)
    return None if constants is None else Condition(equal=constants)


def _strings(term: Tree) -> tuple[str, ...] | None:
    """A string, or the strings of a set or array of nothing else."""
    constants = _collection(term) if term.get("type") in {"set", "array"} else _constants(term)
    if constants is None:
        return None
    strings = tuple(constant for constant in constants if isinstance(constant, str))
    return strings if len(strings) == len(constants) else None


def _prefix(term: Tree) -> Condition | None:
    strings = _strings(term)
    return None if strings is None else Condition(prefix=strings)


def _suffix(term: Tree) -> Condition | None:
    strings = _strings(term)
    return None if strings is None else Condition(suffix=strings)


def _infix(term: Tree) -> Condition | None:
    strings = _strings(term)
    return None if strings is None or "" in strings else Condition(infix=strings)


def _limit(low: int | None, high: int | None) -> Callable[[Tree], Condition | None]:
    """A reader of a number as a limit, each moved by what is given."""

    def read(term: Tree) -> Condition | None:
        value = term.get("value")
        if term.get("type") != "number" or not isinstance(value, int):
            return None
        return Condition(
            ranges=((None if low is None else value + low, None if high is None else value + high),)
        )

    return read


_READERS: dict[str, Callable[[Tree], Condition | None]] = {
    "eq": _equal,
    "equal": _equal,
    "internal.member_2": _member,
    "startswith": _prefix,
    "endswith": _suffix,
    "contains": _infix,
    "strings.any_prefix_match": _prefix,
    "strings.any_suffix_match": _suffix,
    "gt": _limit(1, None),
    "gte": _limit(0, None),
    "lt": _limit(None, -1),
    "lte": _limit(None, 0),
}


def _binds_output(expression: Tree) -> bool:
    """Whether it only says what the finding is: `$0 = {...}`."""
    terms = expression.get("terms")
    if not isinstance(terms, list):
        return isinstance(terms, dict) and terms.get("type") == "var"
    return _name(terms[0]) == "eq" and any(term.get("type") == "var" for term in terms[1:])


def _and(one: Condition, other: Condition) -> Condition:
    """A condition that holds where both do: one of them, as a field has only one."""

    def looseness(condition: Condition) -> tuple[bool, bool, bool, bool, bool, bool, int]:
        parts = (*condition.prefix, *condition.suffix, *condition.infix)
        # What has this name is less than what is in that directory: `/proc/` and `/mem`.
        named = not condition.prefix and all("/" in suffix for suffix in condition.suffix)
        return (
            condition.present is not None,
            bool(condition.ranges),
            bool(condition.contains),
            bool(condition.infix),
            bool(parts),
            not named,
            -min(map(len, parts), default=0) if parts else len(condition.equal),
        )

    if set(_parts(one)) == set(_parts(other)) == {"ranges"} and len(one.ranges) == len(other.ranges) == 1:
        (low, high), (lowest, highest) = one.ranges[0], other.ranges[0]
        lows = [limit for limit in (low, lowest) if limit is not None]
        highs = [limit for limit in (high, highest) if limit is not None]
        return Condition(ranges=((max(lows, default=None), min(highs, default=None)),))
    return min(one, other, key=looseness)


def _parts(condition: Condition) -> list[str]:
    return [name for name in condition.__struct_fields__ if getattr(condition, name)]


def merge(clauses: Iterable[Clause]) -> list[Clause]:
    """The same in fewer clauses: two that differ in one field become one."""
    return [one.clause for one in merge_asked((Asked(clause, frozenset()) for clause in clauses), 1)]


def merge_asked(asked: Iterable[Asked], enough: int) -> list[Asked]:
    """The same in fewer clauses, until they are *enough* or no two of them differ in one field only."""
    left: list[Asked] = []
    for one in asked:
        _put(left, one)
    while len(left) > enough:
        pair = _pair(left)
        if pair is None:
            break
        one, other, joined = pair
        left = [each for each in left if each is not one and each is not other]
        _put(left, Asked(joined, one.signatures | other.signatures))
    return left


def _put(among: list[Asked], one: Asked) -> None:
    for position, present in enumerate(among):
        if present.clause == one.clause:
            among[position] = Asked(one.clause, present.signatures | one.signatures)
            return
    among.append(one)


def _pair(among: list[Asked]) -> tuple[Asked, Asked, Clause] | None:
    for one in among:
        for other in among:
            if other is not one and (joined := _joined(one.clause, other.clause)) is not None:
                return one, other, joined
    return None


def _joined(one: Clause, other: Clause) -> dict[str, Condition] | Clause | None:
    """One clause that says the same as both; None if there is none."""
    for wide, narrow in ((one, other), (other, one)):
        if wide and wide.items() <= narrow.items():
            return wide
    if one.keys() != other.keys():
        return None
    differing = [field for field in one if one[field] != other[field]]
    if len(differing) != 1:
        return None
    field = differing[0]
    return {**one, field: one[field] | other[field]}
