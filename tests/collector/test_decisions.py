"""An interest becomes words of bits, wider than asked for where the kernel cannot say it."""

import struct

from collector.decisions import MOST_NODES, NO_SAMPLES, TABLE_SIZE, decision, decisions, everything
from collector.patterns import Node, chained, compile_patterns, seed_of
from tracewire.catalogue import find
from tracewire.clause import Clause, Condition, to_raw
from tracewire.interest import EventInterest

OPEN = find("security_file_open")
PTRACE = find("ptrace")
_HEAD = struct.Struct("=QIIQQQQII")
_TEST = struct.Struct("=IIQ")
_ARGUMENTS = struct.Struct("=QQQQQII")
UIDS, ARGUMENTS = _HEAD.size, _HEAD.size + 8 * _TEST.size
FLAGS = ARGUMENTS + _ARGUMENTS.size


def interest(*clauses: Clause) -> EventInterest:
    return EventInterest(clauses=[to_raw(clause) for clause in clauses])


def lines_of(table: bytes, offset: int) -> list[tuple[int, int, int]]:
    """The ranges or flag tests at *offset*, without unused ones."""
    found = [_TEST.unpack_from(table, offset + number * _TEST.size) for number in range(8)]
    return [one for one in found if one[2]]


def test_each_clause_is_a_bit() -> None:
    """A clause without a condition on a field has its bit in what everything satisfies there."""
    made = decision(
        OPEN,
        interest(
            {"args.pathname": Condition(equal=("/a/b",)), "args.flags": Condition(contains=("O_RDONLY",))},
            {"process.uid": Condition(ranges=((1000, None),), equal=(0,))},
            {"process.comm": Condition(equal=("vi", "é")), "args.nothing": Condition(equal=("x",))},
        ),
        generation=9,
    )

    clauses, generation, _, host, contained, any_uid, any_comm, ranges, comms = _HEAD.unpack_from(made.table)
    assert (clauses, generation, host, contained) == (7, 9, 7, 7)
    assert (any_uid, ranges, lines_of(made.table, UIDS)) == (5, 2, [(0, 0, 2), (1000, 0xFFFF_FFFF, 2)])
    assert (any_comm, comms) == (3, 1)
    assert made.comms == {b"vi".ljust(16, b"\0"): 4, "é".encode().ljust(16, b"\0"): 4}
    any_flags, any_path, rooted, ending, seed, tests, looks = _ARGUMENTS.unpack_from(made.table, ARGUMENTS)
    assert (any_flags, tests, lines_of(made.table, FLAGS)) == (6, 1, [(3, 0, 1)])
    assert (any_path, rooted, ending, looks) == (6, 1, 0, 1)
    assert seed == seed_of(OPEN.id, 9)
    etc = chained(seed, b"a")
    assert made.nodes == {
        seed: Node(deeper=True),
        etc: Node(deeper=True),
        chained(etc, b"b"): Node(here=1),
    }
    assert len(made.packed(0, NO_SAMPLES)) == TABLE_SIZE


def test_fields_that_only_the_engine_knows_exclude_nothing() -> None:
    """Arguments of other events, pointers and lists widen to everything."""
    only = {
        "args.pathname": Condition(equal=("/x",)),
        "args.addr": Condition(equal=("0x1",)),
        "process.argv": Condition(prefix=("/x/",)),
    }

    assert decision(PTRACE, interest(only), 3) == everything(PTRACE, interest(only), 3)


def test_more_clauses_than_bits_exclude_nothing() -> None:
    many = interest(*({"process.uid": Condition(equal=(uid,))} for uid in range(65)))

    assert decision(OPEN, many, 3) == everything(OPEN, many, 3)


def test_more_users_than_ranges_exclude_nothing() -> None:
    made = decision(OPEN, interest({"process.uid": Condition(equal=tuple(range(9)))}), 3)

    assert _HEAD.unpack_from(made.table)[5] == 1


def test_patterns_that_do_not_fit_are_left_out() -> None:
    """The event with the most of them is collected whole, and the others as asked for."""
    paths = tuple(f"/data/{number}/file" for number in range(MOST_NODES))
    large = interest({"args.pathname": Condition(equal=paths)})
    small = interest({"args.pathname": Condition(prefix=("/tmp/",))})

    made = decisions({"security_file_open": large, "sched_process_exec": small, "unheard_of": small}, 3)

    program = find("sched_process_exec")
    assert made == {OPEN.id: everything(OPEN, large, 3), program.id: decision(program, small, 3)}


def test_without_pushdown_everything_is_wanted() -> None:
    small = interest({"args.pathname": Condition(prefix=("/tmp/",))})

    assert decisions({"security_file_open": small}, 3, pushdown=False) == {
        OPEN.id: everything(OPEN, small, 3)
    }


def test_patterns_are_widened_and_never_narrowed() -> None:
    """Perhaps within an escape, a slash at its end, too deep, too long: satisfied by every path."""
    for pattern in (
        Condition(suffix=("ff",)),
        Condition(suffix=("x80",)),
        Condition(suffix=("",)),
        Condition(infix=("y",)),
        Condition(same=("process.exe",)),
        Condition(suffix=("/directory/",)),
        Condition(equal=(r"/a\xff",)),
        Condition(prefix=("",)),
        Condition(equal=("/a" * 61,)),
        Condition(equal=("/" + "n" * 256,)),
        Condition(equal=("/a//b",)),
        Condition(equal=("/x",), contains=("y",)),
    ):
        assert compile_patterns({2: pattern}, 1).anywhere == 2, pattern


def test_ends_of_names_are_looked_for_by_their_lengths() -> None:
    """A suffix without a slash counts by at most eight bytes, and by whole ones as far as they are fewer."""
    made = decision(
        OPEN,
        interest(
            {"args.pathname": Condition(suffix=(".pth", "/one"))},
            {"args.pathname": Condition(suffix=("name.service", ".so"))},
        ),
        generation=9,
    )
    other = compile_patterns({1: Condition(suffix=(".service",)), 2: Condition(suffix=("other.service",))}, 1)

    _, any_path, rooted, ending, _, _, looks = _ARGUMENTS.unpack_from(made.table, ARGUMENTS)
    assert (any_path, rooted, ending) == (0, 0, 3)
    assert looks == 1 | 2 | 0b1000_1100 << 8
    assert (list(other.nodes.values()), other.ending, other.ends) == ([Node(here=3)], 3, 1 << 7)
