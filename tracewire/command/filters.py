"""FIELD=VALUE conditions over the view of an event."""

import ipaddress
import operator
import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

import msgspec

from tracewire.catalogue import Definition
from tracewire.catalogue.constants import ENUMS, FIELDS, FLAGS
from tracewire.clause import Clause, Condition, Range, in_networks
from tracewire.command.errors import UsageError
from tracewire.command.fields import Field, Shape, Sight, names_of, resolve

_CONDITION = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)(!=|<=|>=|=|<|>)(.*)", re.DOTALL)
_COMMA = re.compile(r"(?<!\\),")
_WORDS = {"container": "container=*", "host": "container!=*", "not-container": "container!=*"}
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_COMM_BYTES = 15
_SHORT_ID = re.compile(r"[0-9a-f]{12,63}")
_ID = re.compile(r"[0-9a-f]{64}")


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """One condition on an event.

    Attributes:
        field: As it was written.
        operator: `=`, `!=`, `<`, `>`, `<=` or `>=`.
        values: Any of these; a `*` at the beginning or end of one stands for anything. Of an order, one.
        fields: By name of the event what the field is there, None where it has no such field. An
            event that is not in here is not meant.
    """

    field: str
    operator: str
    values: tuple[str, ...]
    fields: dict[str, Field | None]

    @property
    def negated(self) -> bool:
        """Whether it says what must not be."""
        return self.operator == "!="

    def accepts(self, sight: Sight) -> bool:
        """Whether the event meets the condition; one without such a field does not equal anything."""
        if sight.event.name not in self.fields:
            return True
        field = self.fields[sight.event.name]
        found = [] if field is None else sight.values(field.path)
        if self.operator in _ORDERS:
            order, limit = _ORDERS[self.operator], _number(self.values[0])
            return any(isinstance(value, int) and order(value, limit) for value in found)
        shape = Shape.OTHER if field is None else field.shape
        met = any(_equals(value, wanted, shape) for value in found for wanted in self.values)
        return met != self.negated


def _equals(value: Any, wanted: str, shape: Shape) -> bool:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if matches(text, wanted):
        return True
    if shape in {Shape.NUMBER, Shape.LINEAGE}:
        return bool(value == _number(wanted))
    if shape in {Shape.IP, Shape.ADDRESS}:
        return _network(wanted) is not None and isinstance(value, str) and in_networks(value, (wanted,))
    return shape is Shape.CONTAINER and bool(_SHORT_ID.fullmatch(wanted)) and text.startswith(wanted)


def matches(value: str, pattern: str) -> bool:
    """Whether *value* is what *pattern* says, `*` at either end standing for anything."""
    middle = pattern.removeprefix("*").removesuffix("*")
    match pattern.startswith("*"), pattern.endswith("*"):
        case True, True:
            return middle in value
        case True, False:
            return value.endswith(middle)
        case False, True:
            return value.startswith(middle)
        case _:
            return value == pattern


def parse(conditions: list[str], definitions: list[Definition]) -> list[Filter]:
    """The filters that *conditions* say.

    Args:
        conditions: As typed: `pathname=/etc/*,/root/*`, `comm!=cron`, `uid>=1000`, `container`.
        definitions: The events they are for; a field may belong to any of these, and
            `EVENT.FIELD` means that one alone.

    Raises:
        UsageError: One is no condition, none of the events has its field, or its field never
            has such a value.
    """
    return [_parse(condition, definitions) for condition in conditions]


def _parse(condition: str, definitions: list[Definition]) -> Filter:
    match = _CONDITION.fullmatch(_WORDS.get(condition, condition))
    if match is None:
        raise UsageError(
            f"{condition!r} is not a filter.",
            "Write FIELD=VALUE, FIELD!=VALUE or FIELD<VALUE, such as 'pathname=/etc/*'; or container, "
            "host, follow.",
        )
    name, sign, value = match.groups()
    meant = definitions
    for definition in definitions:
        if name.startswith(f"{definition.name}."):
            meant, name = [definition], name.removeprefix(f"{definition.name}.")
    fields = {definition.name: resolve(name, definition) for definition in meant}
    if not any(fields.values()):
        raise _unknown(name, meant)
    values = tuple(part.replace("\\,", ",") for part in _COMMA.split(value))
    for field in fields.values():
        if field is not None:
            _check(condition, sign, values, field)
    return Filter(field=name, operator=sign, values=values, fields=fields)


def _unknown(name: str, definitions: list[Definition]) -> UsageError:
    known = list(dict.fromkeys(each for definition in definitions for each in names_of(definition)))
    nearest = get_close_matches(name.removeprefix("args.").removeprefix("process."), known, n=1)
    hint = f"Did you mean {nearest[0]!r}?" if nearest else f"Fields: {', '.join(known)}."
    names = ", ".join(definition.name for definition in definitions)
    return UsageError(f"{names}: no field is called {name!r}.", hint)


def _check(condition: str, sign: str, values: tuple[str, ...], field: Field) -> None:
    """Refuse what no event of *field* could ever be compared with."""
    numeric = field.shape is Shape.NUMBER and len(values) == 1 and _number(values[0]) is not None
    if sign in _ORDERS and not numeric:
        raise UsageError(
            f"{condition!r}: {sign} compares a field that is a number with one whole number.",
            "Write = or != for anything else.",
        )
    for value in values:
        if "*" not in (value[:1], value[-1:]):
            _check_value(condition, value, field)


def _check_value(condition: str, value: str, field: Field) -> None:
    if field.shape in {Shape.NUMBER, Shape.LINEAGE} and _number(value) is None:
        raise UsageError(f"{condition!r}: {value!r} is not a whole number.", "Write it in digits.")
    if field.path == "process.comm" and len(value.encode()) > _COMM_BYTES:
        raise UsageError(
            f"{condition!r}: the kernel keeps {_COMM_BYTES} bytes of a name.",
            f"Write {value.encode()[:_COMM_BYTES].decode(errors='ignore')!r}, or a condition on exe.",
        )
    names = _names(field)
    if names and value not in names and _number(value) is None:
        nearest = get_close_matches(value.upper(), names, n=1)
        hint = f"Did you mean {nearest[0]!r}?" if nearest else f"It is one of {', '.join(names)}."
        raise UsageError(f"{condition!r}: {field.path} is never {value!r}.", hint)


def _names(field: Field) -> list[str]:
    if field.shape is Shape.ENUM:
        return list(ENUMS[field.names].values())
    if field.shape is Shape.FLAGS:
        return [*FIELDS.get(field.names, (0, {}))[1].values(), *FLAGS[field.names].values()]
    return []


def _number(text: str) -> int | None:
    try:
        return int(text, 16 if text.lower().removeprefix("-").startswith("0x") else 10)
    except ValueError:
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def clause_of(definition: Definition, conditions: Iterable[Filter]) -> Clause:
    """What holds of every event of *definition* that all *conditions* accept; more may hold.

    A condition that no clause can say, such as that a text is not something, is left out.
    """
    clause: dict[str, Condition] = {}
    for condition in conditions:
        field = condition.fields.get(definition.name)
        if field is None:
            continue
        path, said = _said(condition, field)
        if said is None:
            continue
        clause[path] = _both(clause[path], said) if path in clause else said
    return clause


def _said(condition: Filter, field: Field) -> tuple[str, Condition | None]:  # noqa: C901, PLR0911  (a table)
    """The path and the condition on it that *condition* comes to; None where it comes to none."""
    values = condition.values
    if field.shape is Shape.NUMBER:
        return field.path, _of_numbers(condition, field)
    if condition.negated:
        host = field.shape is Shape.CONTAINER and values == ("*",)
        return "container.id", Condition(present=False) if host else None
    match field.shape:
        case Shape.CONTAINER:
            whole = all(_ID.fullmatch(value) for value in values)
            return "container.id", Condition(equal=values) if whole else Condition(present=True)
        case Shape.ADDRESS | Shape.IP:
            return _of_addresses(field, values)
        case Shape.TEXT if field.path.startswith(("args.", "process.")):
            return field.path, _of_texts(values)
    if any("*" in (value[:1], value[-1:]) for value in values):
        return field.path, None
    match field.shape:
        case Shape.TEXT if field.path == "syscall":
            return field.path, Condition(equal=values)
        case Shape.FLAGS if set(values) <= set(_names(field)):
            return field.path, Condition(contains=values)
        case Shape.ENUM if set(values) <= set(_names(field)):
            return field.path, Condition(equal=values)
        case Shape.BOOLEAN if set(values) <= {"true", "false"}:
            return field.path, Condition(equal=tuple(value == "true" for value in values))
        case Shape.LINEAGE:
            return field.path, Condition(
                contains=tuple(number for value in values if (number := _number(value)) is not None)
            )
    return field.path, None


def _of_texts(values: tuple[str, ...]) -> Condition | None:
    equal, prefix, suffix, infix = [], [], [], []
    for value in values:
        if value.startswith("*") and value.endswith("*"):
            if not value.strip("*"):
                return None
            infix.append(value.removeprefix("*").removesuffix("*"))
        elif value.endswith("*"):
            prefix.append(value[:-1])
        elif value.startswith("*"):
            suffix.append(value[1:])
        else:
            equal.append(value)
    return Condition(equal=tuple(equal), prefix=tuple(prefix), suffix=tuple(suffix), infix=tuple(infix))


def _of_numbers(condition: Filter, field: Field) -> Condition | None:
    if any("*" in value for value in condition.values):
        return None
    numbers: list[int] = [number for value in condition.values if (number := _number(value)) is not None]
    number = numbers[0]
    ranges: dict[str, tuple[Range, ...]] = {
        "<": ((None, number - 1),),
        "<=": ((None, number),),
        ">": ((number + 1, None),),
        ">=": ((number, None),),
        "!=": ((None, number - 1), (number + 1, None)),
    }
    if condition.operator == "=":
        return Condition(equal=tuple(numbers))
    # Of an address without a port no range holds, and yet its port is not 80.
    whole = field.always or field.path.count(".") == 1
    if condition.negated and (len(numbers) > 1 or not whole):
        return None
    return Condition(ranges=ranges[condition.operator])


def _of_addresses(field: Field, values: tuple[str, ...]) -> tuple[str, Condition | None]:
    networks = [_network(value) for value in values]
    versions = {network.version for network in networks if network is not None}
    if None in networks or len(versions) != 1:
        return field.path, None
    inner = {4: "sin_addr", 6: "sin6_addr"}[versions.pop()]
    path = f"{field.path}.{inner}" if field.shape is Shape.ADDRESS else field.path
    return path, Condition(cidr=values) if path.endswith(f".{inner}") else None


def _both(one: Condition, other: Condition) -> Condition:
    """A condition that holds where both do, and perhaps elsewhere: a field has only one."""
    if one == Condition(ranges=one.ranges) and other == Condition(ranges=other.ranges):
        pairs = [_within(left, right) for left in one.ranges for right in other.ranges]
        return Condition(ranges=tuple(filter(None, pairs))) if any(pairs) else one
    loose = one.present is not None or bool(one.ranges)
    return other if loose else one


def _within(one: Range, other: Range) -> Range | None:
    low = max((limit for limit in (one[0], other[0]) if limit is not None), default=None)
    high = min((limit for limit in (one[1], other[1]) if limit is not None), default=None)
    return None if low is not None and high is not None and low > high else (low, high)
