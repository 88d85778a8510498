"""Conditions on what an event says, as the kernel compares them with what it has written: bpf/judge.h."""

import ipaddress
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from collector.patterns import Node, as_bytes, compile_patterns, may_begin_in_escape
from tracewire.catalogue import Argument, Definition, Kind
from tracewire.catalogue.constants import ENUMS, FIELDS, FLAGS
from tracewire.catalogue.syscalls import NAMES
from tracewire.clause import Condition
from tracewire.containers import cgroup_names
from tracewire.view import CREDENTIAL_FIELDS

# enum step_kind and the flags of `place`.
_EQUAL, _RANGE, _MASK, _TEXT, _PRESENT, _LINEAGE, _WITHIN, _SAME = range(8)
_FIRST, _LAST = 1, 2

# enum step_field
_ARGUMENTS = 32
_CONTEXT = {
    "return_value": 32,
    "syscall": 33,
    "process.pid": 34,
    "process.tid": 35,
    "process.ns_pid": 36,
    "process.ns_tid": 37,
    "process.gid": 39,
    "process.mount_namespace": 40,
    "process.pid_namespace": 41,
    "process.cgroup_id": 42,
}
_IMAGE = 43
_EXE, _CGROUP, _ANCESTORS = 0, 1, 3
# SAME_AS_...
_SAME_AS = {"process.exe": 1, "process.ancestors.exe": 2}
_LONGEST_WITHIN = 8

LINEAGE = "process.lineage"
"""The ids of a process and of its ancestors, as a list: no field of an event, but one of conditions."""

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
_SIX = 16
_STEP = struct.Struct("=HBBBBHqqQQ")
STEP_SIZE = _STEP.size

Numbers = list[tuple[int, int]]
"""Ranges, both ends included; one number is a range of one."""


class Step(NamedTuple):
    """One test of one field: `struct step`.

    Attributes:
        field: Position of the argument, or a number of enum step_field.
        part: Position in it where it is a list.
        kind: Of enum step_kind.
        place: Whether it is the first or last of its field.
        width: See bpf/judge.h.
        ends: The same.
        low: By kind.
        high: By kind.
        clauses: That pass.
        any: That pass whatever the field is.
        numbers: Clauses by number, of the kinds that look one up.
    """

    field: int
    part: int
    kind: int
    place: int
    width: int
    low: int
    high: int
    clauses: int
    any: int
    numbers: Mapping[int, int] = {}
    ends: int = 0

    def packed(self) -> bytes:
        """As the kernel has it."""
        low = self.low if self.low <= _HIGHEST else self.low - 2**64
        high = self.high if self.high <= _HIGHEST else self.high - 2**64
        return _STEP.pack(
            self.field,
            self.part,
            self.kind,
            self.place,
            self.width,
            self.ends,
            low,
            high,
            self.clauses,
            self.any,
        )


class Steps(NamedTuple):
    """The tests of one event.

    Attributes:
        early: Those of arguments and of the task.
        late: Those of the process's image, which has to be written for them.
        nodes: Patterns of texts, by hash.
    """

    early: tuple[Step, ...] = ()
    late: tuple[Step, ...] = ()
    nodes: Mapping[int, Node] = {}


class _Test(NamedTuple):
    """What of a step is not the field's."""

    kind: int
    low: int = 0
    high: int = 0
    clauses: int = 0
    numbers: Mapping[int, int] = {}
    width: int = 0
    ends: int = 0


class _Target(NamedTuple):
    """Where a field is, and how conditions on it become numbers; a text where `numbers` is None."""

    field: int
    part: int = 0
    width: int = 0
    numbers: Callable[[Condition], Numbers | None] | None = None
    masks: Callable[[Condition], Numbers | None] | None = None


def compile_steps(
    event: Definition, conditions: Mapping[str, Mapping[int, Condition]], every: int, seed: int, most: int
) -> Steps:
    """The tests that *conditions*, by field and by the bit of their clause, come to.

    Wider than they are and never narrower; of what the kernel cannot compare there is no test.

    Args:
        event: Which event.
        conditions: Those that nothing has decided before.
        every: All clauses.
        seed: Of the hashes of this event's patterns.
        most: Tests there may be.
    """
    cheap: list[Step] = []
    texts: list[Step] = []
    late: list[Step] = []
    nodes: dict[int, Node] = {}
    for number, (field, asked) in enumerate(sorted(conditions.items()), 1):
        target = _target(event, field)
        if target is None:
            continue
        steps, found = _steps(field, target, asked, every, seed ^ number)
        if not steps or len(cheap) + len(texts) + len(late) + len(steps) > most:
            continue
        needs_image = target.field == _IMAGE or any(step.kind == _SAME for step in steps)
        place = late if needs_image else cheap if target.numbers or target.masks else texts
        place += steps
        nodes |= found
    return Steps((*cheap, *texts), tuple(late), nodes)


def _steps(  # noqa: C901, PLR0912  (one branch for each kind of test)
    field: str, target: _Target, asked: Mapping[int, Condition], every: int, seed: int
) -> tuple[list[Step], dict[int, Node]]:
    anything = every & ~sum(asked)
    nodes: dict[int, Node] = {}
    tests: list[_Test] = []
    if field == LINEAGE:
        numbers: dict[int, int] = {}
        for bit, condition in asked.items():
            wanted = condition.contains
            if condition != Condition(contains=wanted) or not all(map(_is_number, wanted)):
                anything |= bit
                continue
            for pid in wanted:
                numbers[int(pid)] = numbers.get(int(pid), 0) | bit
        tests.append(_Test(_LINEAGE, numbers=numbers))
    elif target.numbers is not None or target.masks is not None:
        anything |= _compare(target, asked, tests)
    else:
        left = dict(asked)
        for present in (True, False):
            bits = sum(bit for bit, each in asked.items() if each == Condition(present=present))
            left = {bit: each for bit, each in left.items() if not bit & bits}
            if bits and field == "container.id":
                tests.append(_Test(_PRESENT, high=int(not present), clauses=bits))
            else:
                anything |= bits
        if field == "container.id":
            left = {bit: _as_cgroups(each) for bit, each in left.items()}
        else:
            left, others, undecided = _beside_patterns(left, target)
            tests += others
            anything |= undecided
        if left:
            patterns = compile_patterns(left, seed, texts=True)
            anything |= patterns.anywhere
            if anything | sum(left) != anything:
                nodes = patterns.nodes
                tests.append(_Test(_TEXT, seed, patterns.rooted, ends=patterns.ends))
    if anything & every == every:
        return [], {}
    steps = []
    for position, test in enumerate(tests):
        place = (_FIRST if position == 0 else 0) | (_LAST if position == len(tests) - 1 else 0)
        width = test.width or target.width
        steps.append(
            Step(
                target.field,
                target.part,
                test.kind,
                place,
                width,
                test.low,
                test.high,
                test.clauses,
                anything,
                test.numbers,
                test.ends,
            )
        )
    return steps, nodes


def _beside_patterns(
    asked: Mapping[int, Condition], target: _Target
) -> tuple[dict[int, Condition], list[_Test], int]:
    """What is left of *asked* for patterns, tests of the rest, and the clauses of which neither decides."""
    left: dict[int, Condition] = {}
    within: dict[bytes, int] = {}
    same: dict[int, int] = {}
    undecided = 0
    for bit, condition in asked.items():
        parts = [as_bytes(text) for text in condition.infix]
        others = sum(_SAME_AS.get(field, 0) for field in set(condition.same))
        if (
            not all(parts)
            or any(map(may_begin_in_escape, condition.infix))
            or not set(condition.same) <= _SAME_AS.keys()
            or (target.width and condition.infix)  # a socket's path: its end is looked for with patterns only
        ):
            undecided |= bit
            continue
        for part in filter(None, parts):
            within[part[:_LONGEST_WITHIN]] = within.get(part[:_LONGEST_WITHIN], 0) | bit
        if others:
            same[others] = same.get(others, 0) | bit
        rest = msgspec.structs.replace(condition, infix=(), same=())
        if rest != Condition():
            left[bit] = rest
    tests = [
        _Test(_WITHIN, int.from_bytes(part, "little"), clauses=bits, width=len(part))
        for part, bits in within.items()
    ]
    tests += [_Test(_SAME, others, clauses=bits) for others, bits in same.items()]
    return left, tests, undecided


def _compare(target: _Target, asked: Mapping[int, Condition], tests: list[_Test]) -> int:
    """Add the tests of numbers, and return the clauses that have none."""
    anything = 0
    equal: dict[int, int] = {}
    ranges: dict[tuple[int, int], int] = {}
    masks: dict[tuple[int, int], int] = {}
    for bit, condition in asked.items():
        found = target.numbers(condition) if target.numbers else None
        flags = target.masks(condition) if target.masks else None
        if found is None and flags is None:
            anything |= bit
        for low, high in found or ():
            if low == high:
                equal[low] = equal.get(low, 0) | bit
            else:
                ranges[low, high] = ranges.get((low, high), 0) | bit
        for test in flags or ():
            masks[test] = masks.get(test, 0) | bit
    if equal:
        tests.append(_Test(_EQUAL, numbers=equal))
    tests += [_Test(_RANGE, low, high, clauses) for (low, high), clauses in ranges.items()]
    tests += [_Test(_MASK, mask, value, clauses) for (mask, value), clauses in masks.items()]
    if not tests:
        # Every condition names only what the field can never be.
        tests.append(_Test(_EQUAL))
    return anything


def _target(event: Definition, field: str) -> _Target | None:
    if field in {"process.exe", "container.id", LINEAGE}:
        return _Target(_IMAGE, {"process.exe": _EXE, "container.id": _CGROUP}.get(field, _ANCESTORS))
    if field == "syscall":
        # A name has a number in each table that has such a call.
        return _Target(
            _CONTEXT[field],
            numbers=_named(lambda name: [number for number, other in NAMES.items() if other == name]),
        )
    if field in _CONTEXT:
        return _Target(_CONTEXT[field], numbers=_numbers)
    outer, _, rest = field.partition(".")
    name, _, inner = rest.partition(".")
    for position, argument in enumerate(event.arguments):
        if outer == "args" and argument.name == name and position < _ARGUMENTS:
            return _inside(position, argument, inner) if inner else _of_argument(position, argument)
    return None


def _of_argument(position: int, argument: Argument) -> _Target | None:
    match argument.kind:
        case Kind.INTEGER | Kind.BOOLEAN:
            return _Target(position, numbers=_booleans if argument.kind is Kind.BOOLEAN else _numbers)
        case Kind.ENUM:
            return _Target(position, numbers=_enumerated(argument.names))
        case Kind.FLAGS:
            return _Target(position, masks=_masks(argument.names))
        case Kind.PATH | Kind.STRING:
            return _Target(position)
    return None


def _inside(position: int, argument: Argument, inner: str) -> _Target | None:  # noqa: PLR0911  (a table)
    """A field of an argument that is an object in JSON and a list on the wire."""
    if argument.kind is Kind.ADDRESS:
        match inner:
            case "sa_family":
                return _Target(position, 0, numbers=_enumerated("address_family"))
            case "sin_port" | "sin6_port":
                return _Target(position, 2, numbers=_numbers)
            case "sin_addr":
                return _Target(position, 1, 4, numbers=_addresses(4))
            case "sin6_addr":
                return _Target(position, 1, _SIX, numbers=_addresses(_SIX))
            case "sun_path":
                return _Target(position, 1, 1)
    if argument.kind is Kind.CREDENTIALS and inner in CREDENTIAL_FIELDS:
        part = CREDENTIAL_FIELDS.index(inner)
        if inner.startswith("cap_"):
            return _Target(position, part, masks=_masks("capability"))
        return _Target(position, part, numbers=_numbers)
    return None


def _is_number(constant: object) -> bool:
    return isinstance(constant, int) and not isinstance(constant, bool) and _LOWEST < constant < _HIGHEST


def _numbers(condition: Condition) -> Numbers | None:
    if condition != Condition(equal=condition.equal, ranges=condition.ranges):
        return None
    if not all(_is_number(constant) for constant in condition.equal):
        return None
    found = [(int(constant), int(constant)) for constant in condition.equal]
    for low, high in condition.ranges:
        if not all(limit is None or _is_number(limit) for limit in (low, high)):
            return None
        found.append((_LOWEST if low is None else low, _HIGHEST if high is None else high))
    return found


def _booleans(condition: Condition) -> Numbers | None:
    if condition != Condition(equal=condition.equal):
        return None
    if not all(isinstance(constant, bool) for constant in condition.equal):
        return None
    return [(int(constant), int(constant)) for constant in condition.equal]


def _named(values: Callable[[str], list[int]]) -> Callable[[Condition], Numbers | None]:
    """Numbers that have names in JSON; one that has none is itself."""

    def numbers(condition: Condition) -> Numbers | None:
        if condition != Condition(equal=condition.equal):
            return None
        found: Numbers = []
        for constant in condition.equal:
            some = (
                values(constant) if isinstance(constant, str) else [constant] if _is_number(constant) else []
            )
            if not some:
                return None
            found += [(int(value), int(value)) for value in some]
        return found

    return numbers


def _enumerated(table: str) -> Callable[[Condition], Numbers | None]:
    return _named(lambda wanted: [value for value, name in ENUMS[table].items() if name == wanted])


def flag_tests(table: str, flag: object) -> Numbers:
    """(mask, value) of which one holds whenever *flag* is among the names; none if there is no such name."""
    found: Numbers = []
    mask, values = FIELDS.get(table, (0, {}))
    found += [(mask, value) for value, name in values.items() if name == flag]
    for bits, name in FLAGS[table].items():
        if name == flag:
            # A name of several bits is given where any of them is set.
            found += [(1 << bit, 1 << bit) for bit in range(63) if bits >> bit & 1]
    return found


def _masks(table: str) -> Callable[[Condition], Numbers | None]:
    def masks(condition: Condition) -> Numbers | None:
        if condition != Condition(contains=condition.contains):
            return None
        found: Numbers = []
        for flag in condition.contains:
            tests = flag_tests(table, flag)
            if not tests:
                return None
            found += tests
        return found or None

    return masks


def _addresses(width: int) -> Callable[[Condition], Numbers | None]:
    """IPv4 addresses are numbers of 32 bits; of IPv6 ones the first 64 bits count, in signed order."""

    def numbers(condition: Condition) -> Numbers | None:
        if condition != Condition(equal=condition.equal, cidr=condition.cidr):
            return None
        return list(_of_networks((*map(str, condition.equal), *condition.cidr), width))

    return numbers


def _of_networks(networks: tuple[str, ...], width: int) -> Iterator[tuple[int, int]]:
    for text in networks:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue  # such an address there is not
        if network.max_prefixlen != width * 8:
            continue
        first, last = int(network.network_address), int(network.broadcast_address)
        if width == _SIX:
            first, last = (first >> 64) - 2**63, (last >> 64) - 2**63
        yield first, last


def _as_cgroups(condition: Condition) -> Condition:
    """A condition on a container's id as one on its cgroup's name."""
    names = tuple(name for identity in condition.equal for name in cgroup_names(str(identity)))
    if condition != Condition(equal=condition.equal) or not names:
        return Condition(ranges=((None, None),))
    return Condition(equal=names)
