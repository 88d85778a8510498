"""Conditions on the fields of an event: what an interest is made of, and how it is judged.

As JSON a clause is an object of conditions by field, all of which must hold:

    {"args.pathname": {"prefix": ["/etc/"], "equal": ["/root/.netrc"]},
     "args.flags": {"contains": ["O_WRONLY", "O_RDWR"]},
     "process.uid": {"ranges": [[1000, null]]}}

A field is named as in an event's JSON. Of a condition's parts any may hold.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

Constant = bool | int | str
Range = tuple[int | None, int | None]
Part = TypeVar("Part")


class Condition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a field must be: one of the things that are named here.

    Attributes:
        equal: Exactly this.
        prefix: A string that begins with this, or a list with one that does.
        suffix: A string that ends with this, or a list with one that does.
        infix: A string that has this in it.
        same: What one of these other fields says; `process.ancestors.exe` is what any ancestor's says.
        contains: A list, such as that of a flag argument, that has this in it.
        ranges: A whole number from the first to the second, both included; None: no limit.
        cidr: An IP address in one of these networks, such as `10.0.0.0/8`.
        present: Whether it is there at all; of None it does not matter.
    """

    equal: tuple[Constant, ...] = ()
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()
    infix: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    contains: tuple[Constant, ...] = ()
    ranges: tuple[Range, ...] = ()
    cidr: tuple[str, ...] = ()
    present: bool | None = None

    def __or__(self, other: "Condition") -> "Condition":
        """What holds where either does."""
        if {self.present, other.present} == {True, False}:
            return Condition(ranges=((None, None),), present=True)
        return Condition(
            equal=_both(self.equal, other.equal),
            prefix=_both(self.prefix, other.prefix),
            suffix=_both(self.suffix, other.suffix),
            infix=_both(self.infix, other.infix),
            same=_both(self.same, other.same),
            contains=_both(self.contains, other.contains),
            ranges=_both(self.ranges, other.ranges),
            cidr=_both(self.cidr, other.cidr),
            present=other.present if self.present is None else self.present,
        )

    def holds(self, value: Any, document: Any = None) -> bool:
        """Whether *value*, of the event *document*, is one of the things; None is a field that is not known.

        Wider than it says and never narrower, as OPA is: it orders values of different
        types, so that null is less than any number, and it looks for a prefix in each
        string of a list.
        """
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        strings = [text for text in (value, *items) if isinstance(text, str)]
        return (
            any(_same(value, constant) for constant in self.equal)
            or any(text.startswith(self.prefix) or text.endswith(self.suffix) for text in strings)
            or any(part in text for text in strings for part in self.infix)
            or any(value in _said(document, field) for field in self.same)
            or any(_same(item, constant) for item in items for constant in self.contains)
            or any(_within(value, limits) for limits in self.ranges)
            or (bool(self.cidr) and isinstance(value, str) and in_networks(value, self.cidr))
            or (self.present is not None and (value is not None and value is not False) == self.present)
        )


Clause = Mapping[str, Condition]


def _both(one: tuple[Part, ...], other: tuple[Part, ...]) -> tuple[Part, ...]:
    """Both without repetition; True and 1 are two things."""
    return tuple({(type(item), item): item for item in (*one, *other)}.values())


def _same(value: Any, constant: Constant) -> bool:
    """Equal as Rego has it: True is not 1."""
    return isinstance(value, bool) == isinstance(constant, bool) and value == constant


def _within(value: Any, limits: Range) -> bool:
    low, high = limits
    if value is None:
        return low is None
    if isinstance(value, bool) or not isinstance(value, int):
        return True
    return (low is None or value >= low) and (high is None or value <= high)


@lru_cache(maxsize=256)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def in_networks(value: str, networks: Iterable[str]) -> bool:
    """Whether *value* is an IP address in one of *networks*."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    found = (_network(text) for text in networks)
    return any(network is not None and address in network for network in found)


def _said(document: Any, field: str) -> list[Any]:
    """The values of *field*; of a list of objects those of each."""
    outer, _, inner = field.rpartition(".")
    listed = field_of(document, outer)
    if isinstance(listed, list):
        return [field_of(item, inner) for item in listed]
    return [field_of(document, field)]


def field_of(document: Any, field: str) -> Any:
    """The value of *field*, such as `process.uid`, in an event's JSON; None where there is none."""
    for part in field.split("."):
        if not isinstance(document, Mapping):
            return None
        document = document.get(part)
    return document


def clause_matches(clause: Clause, document: Any) -> bool:
    """Whether an event, given as its JSON, meets every condition of *clause*."""
    return all(condition.holds(field_of(document, field), document) for field, condition in clause.items())


def any_matches(clauses: Iterable[Clause], document: Any) -> bool:
    """Whether an event is wanted by an interest that has *clauses*; none means all events."""
    listed = list(clauses)
    return not listed or any(clause_matches(clause, document) for clause in listed)


def to_raw(clause: Clause) -> dict[str, msgspec.Raw]:
    """*clause* as an interest carries it."""
    return {field: msgspec.Raw(msgspec.json.encode(condition)) for field, condition in sorted(clause.items())}


def from_raw(clause: Mapping[str, msgspec.Raw]) -> dict[str, Condition]:
    """The conditions of *clause* that this version understands.

    One that it does not is left out, which makes the clause hold for more: a part that is
    not understood may be the one that holds.
    """
    understood = {}
    for field, raw in clause.items():
        try:
            understood[field] = msgspec.json.decode(raw, type=Condition)
        except (msgspec.DecodeError, msgspec.ValidationError):
            continue
    return understood


def in_words(condition: Condition) -> str:
    """*condition* for people."""
    said = [
        f"{word} {', '.join(map(str, values))}"
        for word, values in (
            ("is", condition.equal),
            ("begins with", condition.prefix),
            ("ends with", condition.suffix),
            ("has in it", condition.infix),
            ("is the same as", condition.same),
            ("has", condition.contains),
            ("is in", condition.cidr),
        )
        if values
    ]
    for low, high in condition.ranges:
        said.append(f"is from {'-∞' if low is None else low} to {'∞' if high is None else high}")
    if condition.present is not None:
        said.append("is there" if condition.present else "is not there")
    return " or ".join(said)
