"""From an interest to what the kernel decides by: a table of words with a bit for each clause."""

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from collector.patterns import Node, compile_patterns, seed_of
from collector.steps import Step, Steps, compile_steps, flag_tests
from tracewire.catalogue import BY_NAME, Definition, Kind
from tracewire.clause import Condition, from_raw
from tracewire.interest import EventInterest

# Of `patterns` in struct event_table.
_BY_PATH = 1
_BY_NAME = 2
_ENDS_SHIFT = 8

_WITH_CWD = 1
_WITH_REQUESTED = 2

# The same numbers in bpf/wanted.h.
MOST_CLAUSES = 64
# Two generations of each are in their maps at once, of 65,536 and of 1,024 entries.
MOST_NODES = 32_000
MOST_COMMS = 500
MOST_NUMBERS = 8_000
MOST_STEPS = 2_000
_STEPS_OF_ONE = 32
_UID_RANGES = 8
_FLAG_TESTS = 8
_COMM_SIZE = 16

_EVERY_UID = 0xFFFF_FFFF

# struct event_table: clauses, generation, options, on_host, in_container, any_uid, any_comm, number
# of uid ranges, of comms; the ranges; any_flags, any_path, rooted, ending, seed, number of flag tests,
# kinds of patterns; the tests; sampling, first step, early steps, steps.
_HEAD = struct.Struct("=QIIQQQQII")
_TESTED = struct.Struct("=IIQ")
_ARGUMENTS = struct.Struct("=QQQQQII")

_TAIL = struct.Struct("=QIIII")
_BODY_SIZE = _HEAD.size + _UID_RANGES * _TESTED.size + _ARGUMENTS.size + _FLAG_TESTS * _TESTED.size

TABLE_SIZE = _BODY_SIZE + _TAIL.size
NO_SAMPLES = 0xFFFF_FFFF_FFFF_FFFF

# Arguments that the kernel decides by before it writes them.
PATHS = {"security_file_open": "args.pathname", "sched_process_exec": "args.pathname"}
_FLAG_ARGUMENTS = {"security_file_open": "flags"}


class Decision(NamedTuple):
    """How the kernel decides about one event.

    Attributes:
        table: `struct event_table`, but for the place of its steps.
        nodes: Its patterns, by hash.
        comms: Clauses by the name of the thread, padded.
        steps: What is decided by the event as it was written.
    """

    table: bytes
    nodes: Mapping[int, Node] = {}
    comms: Mapping[bytes, int] = {}
    steps: Steps = Steps()

    @property
    def size(self) -> int:
        """Entries that it needs in maps that all events share."""
        return len(self.nodes) + len(self.comms) + len(self.numbers) + len(self.all_steps)

    @property
    def all_steps(self) -> tuple[Step, ...]:
        """In the order in which they are looked at."""
        return (*self.steps.early, *self.steps.late)

    @property
    def numbers(self) -> list[tuple[int, int, int]]:
        """(step, number, clauses)."""
        return [
            (position, number, clauses)
            for position, step in enumerate(self.all_steps)
            for number, clauses in step.numbers.items()
        ]

    def packed(self, first_step: int, sampling: int) -> bytes:
        """The table with its steps from *first_step* on; an instance without any bit of *sampling* stays."""
        early = len(self.steps.early)
        return self.table[:_BODY_SIZE] + _TAIL.pack(sampling, first_step, early, len(self.all_steps), 0)


def sampling_mask(one_in: int) -> int:
    """Bits of an instance's number: of *one_in*, or the next power of two, one has none of them."""
    return (1 << (one_in - 1).bit_length()) - 1 if one_in > 0 else NO_SAMPLES


def everything(event: Definition, interest: EventInterest, generation: int) -> Decision:
    """Every instance of *event*, whatever the clauses of *interest* are."""
    return decision(event, EventInterest(arguments=interest.arguments), generation)


def decisions(
    wanted: Mapping[str, EventInterest], generation: int, *, pushdown: bool = True
) -> dict[int, Decision]:
    """The decision about each event of *wanted*, by id; names that the catalogue lacks are left out.

    Where the maps have no room for all patterns, the events with the most of them do without.

    Args:
        wanted: By event name.
        generation: Travels with each event.
        pushdown: Whether to decide by clauses at all.
    """
    known = {name: interest for name, interest in wanted.items() if name in BY_NAME}
    decide = decision if pushdown else everything
    made = {name: decide(BY_NAME[name], interest, generation) for name, interest in known.items()}
    for name in sorted(made, key=lambda name: made[name].size, reverse=True):
        if _fit(made.values()):
            break
        made[name] = everything(BY_NAME[name], known[name], generation)
    return {BY_NAME[name].id: one for name, one in made.items()}


def _fit(decided: Iterable[Decision]) -> bool:
    """Whether the shared maps have room for *decided* twice."""
    listed = list(decided)
    return (
        sum(len(one.nodes) for one in listed) <= MOST_NODES
        and sum(len(one.comms) for one in listed) <= MOST_COMMS
        and sum(len(one.numbers) for one in listed) <= MOST_NUMBERS
        and sum(len(one.all_steps) for one in listed) <= MOST_STEPS
    )


def decision(event: Definition, interest: EventInterest, generation: int) -> Decision:
    """The kernel's form of *interest* in *event*.

    Wider than asked for and never narrower, as the engine looks at each event again: a field
    that the kernel does not decide by counts as satisfied, and more clauses than there are bits
    for as one that everything satisfies.

    Args:
        event: Which event.
        interest: Its clauses; its `arguments` decide whether `on_request` ones are sent.
        generation: Travels with each event, unless the interest has a number for its clauses.
    """
    clauses = [from_raw(clause) for clause in interest.clauses]
    told = interest.generation or generation
    if not clauses or len(clauses) > MOST_CLAUSES:
        clauses, told = [{}], generation
    every = (1 << len(clauses)) - 1
    options = (0 if event.hot else _WITH_CWD) | (_WITH_REQUESTED if interest.arguments else 0)

    ranges, any_uid = _uids(_of_field(clauses, "process.uid"), every)
    comms, any_comm = _comms(_of_field(clauses, "process.comm"), every)
    tests, any_flags = _flags(event, clauses, every)
    seed = seed_of(event.id, generation)
    on_paths = _of_field(clauses, PATHS[event.name]) if event.name in PATHS else {}
    patterns = compile_patterns(on_paths, seed)
    any_path = every & ~sum(on_paths) | patterns.anywhere
    looks = any_path != every
    ways = _BY_PATH | (_BY_NAME if patterns.named else 0) | patterns.ends << _ENDS_SHIFT if looks else 0
    fields = {field: _of_field(clauses, field) for field in _fields(clauses) - _decided_before(event)}
    steps = compile_steps(event, fields, every, seed, _STEPS_OF_ONE)
    table = _HEAD.pack(every, told, options, every, every, any_uid, any_comm, len(ranges), any_comm != every)
    table += b"".join(_TESTED.pack(*each) for each in ranges).ljust(_UID_RANGES * _TESTED.size, b"\0")
    table += _ARGUMENTS.pack(
        any_flags, any_path, patterns.rooted, patterns.ending, seed, any_flags != every, ways
    )
    table += b"".join(_TESTED.pack(*each) for each in tests).ljust(_FLAG_TESTS * _TESTED.size, b"\0")
    nodes = patterns.nodes if looks else {}
    return Decision(table, {**nodes, **steps.nodes}, comms, steps._replace(nodes={}))


def _fields(clauses: list[dict[str, Condition]]) -> set[str]:
    return {field for clause in clauses for field in clause}


def _decided_before(event: Definition) -> set[str]:
    """The fields that are decided by before the event is written."""
    flags = _FLAG_ARGUMENTS.get(event.name)
    return {"process.uid", "process.comm", PATHS.get(event.name, ""), f"args.{flags}" if flags else ""}


def _of_field(clauses: list[dict[str, Condition]], field: str) -> dict[int, Condition]:
    """The conditions on *field*, by the bit of their clause."""
    return {1 << bit: clause[field] for bit, clause in enumerate(clauses) if field in clause}


def _uids(conditions: dict[int, Condition], every: int) -> tuple[list[tuple[int, int, int]], int]:
    """(first, last, clauses) of each range, and the clauses that any user satisfies."""
    words: dict[tuple[int, int], int] = {}
    anybody = every & ~sum(conditions)
    for bit, condition in conditions.items():
        limits = list(_numbers(condition))
        for pair in limits:
            words[pair] = words.get(pair, 0) | bit
        if not limits:
            anybody |= bit
    kept = list(words.items())[:_UID_RANGES]
    for _, clauses in list(words.items())[_UID_RANGES:]:
        anybody |= clauses
    return [(low, high, clauses) for (low, high), clauses in kept], anybody


def _numbers(condition: Condition) -> Iterator[tuple[int, int]]:
    """The ranges of user ids in *condition*; none if it has anything else in it."""
    if condition != Condition(equal=condition.equal, ranges=condition.ranges):
        return
    if any(isinstance(constant, bool) or not isinstance(constant, int) for constant in condition.equal):
        return
    for low, high in (*((int(number), int(number)) for number in condition.equal), *condition.ranges):
        yield min(max(low or 0, 0), _EVERY_UID), max(0, min(_EVERY_UID if high is None else high, _EVERY_UID))


def _comms(conditions: dict[int, Condition], every: int) -> tuple[dict[bytes, int], int]:
    """The clauses that each name satisfies, and those that any does."""
    names: dict[bytes, int] = {}
    anybody = every & ~sum(conditions)
    for bit, condition in conditions.items():
        padded = [_comm(name) for name in condition.equal]
        if condition != Condition(equal=condition.equal) or None in padded:
            anybody |= bit
            continue
        for name in padded:
            assert name is not None  # noqa: S101  (has just been tested)
            names[name] = names.get(name, 0) | bit
    return names, anybody


def _comm(name: object) -> bytes | None:
    r"""As the kernel has it; None where that is not certain: ``\x..`` stands for a byte."""
    if not isinstance(name, str) or "\\" in name or "\0" in name:
        return None
    raw = name.encode("utf-8", "surrogateescape")
    return raw.ljust(_COMM_SIZE, b"\0") if len(raw) < _COMM_SIZE else None


def _flags(
    event: Definition, clauses: list[dict[str, Condition]], every: int
) -> tuple[list[tuple[int, int, int]], int]:
    """(mask, value, clauses) of each test, and the clauses that any flags satisfy."""
    name = _FLAG_ARGUMENTS.get(event.name)
    argument = next((argument for argument in event.arguments if argument.name == name), None)
    if argument is None or argument.kind is not Kind.FLAGS:
        return [], every
    conditions = _of_field(clauses, f"args.{name}")
    words: dict[tuple[int, int], int] = {}
    satisfied = every & ~sum(conditions)
    for bit, condition in conditions.items():
        by_flag = [flag_tests(argument.names, flag) for flag in condition.contains]
        tests = [test for some in by_flag for test in some]
        if condition != Condition(contains=condition.contains) or not all(by_flag) or not tests:
            satisfied |= bit
            continue
        for test in tests:
            words[test] = words.get(test, 0) | bit
    kept = list(words.items())[:_FLAG_TESTS]
    for _, left_out in list(words.items())[_FLAG_TESTS:]:
        satisfied |= left_out
    return [(mask, value, bits) for (mask, value), bits in kept], satisfied
