"""Clauses say what an interest wants, as JSON and as a judgement about an event."""

from typing import Any

import msgspec
import pytest

from tracewire.catalogue import find
from tracewire.clause import Clause, Condition, any_matches, clause_matches, from_raw, in_words, to_raw
from tracewire.command.filters import clause_of, parse

OPEN = find("security_file_open")
CONNECT = find("security_socket_connect")
DOCUMENT = {
    "args": {"pathname": "/etc/cron.d/x", "flags": ["O_WRONLY", "O_CREAT"], "size": None},
    "process": {"uid": 1000, "comm": "vi"},
    "return_value": True,
}


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        (Condition(equal=("a", 1)), 1, True),
        (Condition(equal=(1,)), True, False),
        (Condition(equal=(True,)), 1, False),
        (Condition(equal=("a",)), None, False),
        (Condition(prefix=("/etc/", "/usr/")), "/usr/x", True),
        (Condition(prefix=("/etc/",)), ["x", "/etc/y"], True),
        (Condition(suffix=(".so",)), "/lib/a.so", True),
        (Condition(suffix=(".so",)), 7, False),
        (Condition(infix=("../..",)), "/x/../../y", True),
        (Condition(infix=("../..",)), "/x/../y", False),
        (Condition(infix=("../..",)), None, False),
        (Condition(contains=("O_CREAT",)), ["O_RDWR", "O_CREAT"], True),
        (Condition(contains=("O_CREAT",)), "O_CREAT", False),
        (Condition(ranges=((1, 5),)), 5, True),
        (Condition(ranges=((1, 5),)), 6, False),
        (Condition(ranges=((None, 5),)), None, True),
        (Condition(ranges=((1, None),)), None, False),
        (Condition(ranges=((1, None),)), "text is more than any number", True),
        (Condition(equal=("a",), prefix=("b",)), "bc", True),
    ],
)
def test_a_condition_holds_where_rego_would_have_it(condition: Condition, value: Any, *, holds: bool) -> None:
    assert condition.holds(value) is holds


def test_a_clause_is_a_conjunction_and_an_interest_a_disjunction() -> None:
    writes: Clause = {
        "args.pathname": Condition(prefix=("/etc/",)),
        "args.flags": Condition(contains=("O_WRONLY",)),
    }
    by_root: Clause = {"process.uid": Condition(equal=(0,))}

    assert clause_matches(writes, DOCUMENT)
    assert not clause_matches({**writes, **by_root}, DOCUMENT)
    assert any_matches([by_root, writes], DOCUMENT)
    assert not any_matches([by_root], DOCUMENT)
    assert any_matches([], DOCUMENT)
    assert not clause_matches({"args.pathname.x": Condition(equal=("y",))}, DOCUMENT)


@pytest.mark.parametrize(
    ("program", "ancestors", "holds"),
    [
        ("/etc/cron.d/x", [], True),
        ("/etc/cron.d", ["/bin/sh", "/etc/cron.d/x"], True),
        ("/etc/cron.d/xy", ["/bin/sh", None], False),
    ],
)
def test_a_field_may_have_to_say_what_another_says(
    program: str, ancestors: list[str | None], *, holds: bool
) -> None:
    """As that of the process's program, or of any of its ancestors'."""
    clause: Clause = {"args.pathname": Condition(same=("process.exe", "process.ancestors.exe"))}
    process = {"exe": program, "ancestors": [{"exe": path} for path in ancestors]}

    assert clause_matches(clause, {**DOCUMENT, "process": process}) is holds


def test_a_clause_survives_the_bus() -> None:
    clause = {
        "args.pathname": Condition(prefix=("/etc/",), equal=("/x",)),
        "process.uid": Condition(ranges=((0, 5), (1000, None))),
    }

    raw = to_raw(clause)

    assert raw["process.uid"] == msgspec.Raw(b'{"ranges":[[0,5],[1000,null]]}')
    assert from_raw(raw) == clause


def test_what_is_not_understood_excludes_nothing() -> None:
    """A condition with a part from a newer version may hold by that part."""
    raw = {
        "args.pathname": msgspec.Raw(b'{"equal":["/x"],"glob":["/y*"]}'),
        "process.uid": msgspec.Raw(b'{"equal":[0]}'),
    }

    assert from_raw(raw) == {"process.uid": Condition(equal=(0,))}


def test_conditions_in_words() -> None:
    condition = Condition(equal=("/x",), prefix=("/a/", "/b/"), ranges=((1, None),))
    text = Condition(infix=("../",), same=("process.exe",))

    assert in_words(condition) == "is /x or begins with /a/, /b/ or is from 1 to ∞"
    assert in_words(text) == "has in it ../ or is the same as process.exe"


@pytest.mark.parametrize(
    ("conditions", "clause"),
    [
        (["pathname=/etc/*"], {"args.pathname": Condition(prefix=("/etc/",))}),
        (["pathname=*.so", "uid=0"],
         {"args.pathname": Condition(suffix=(".so",)), "process.uid": Condition(equal=(0,))}),
        (["args.flags=O_CREAT", "comm=vi"],
         {"args.flags": Condition(contains=("O_CREAT",)), "process.comm": Condition(equal=("vi",))}),
        (["pathname!=/etc/*", "node=vm-1", "container!=web", "pathname=*"], {}),
        (["pathname=*x*,*y*", "pathname=**"], {"args.pathname": Condition(infix=("x", "y"))}),
        (["pathname=/etc/*,/root/x,*.so"],
         {"args.pathname": Condition(equal=("/root/x",), prefix=("/etc/",), suffix=(".so",))}),
        (["pathname=/etc/*,*x*"], {"args.pathname": Condition(prefix=("/etc/",), infix=("x",))}),
        (["uid>=1000", "uid<2000", "gid!=0"],
         {"process.uid": Condition(ranges=((1000, 1999),)),
          "process.gid": Condition(ranges=((None, -1), (1, None)))}),
        (["uid!=0,1", "uid!=7"], {"process.uid": Condition(ranges=((None, 6), (8, None)))}),
        (["retval<0", "mntns=7", "executable=/usr/*"],
         {"return_value": Condition(ranges=((None, -1),)), "process.mount_namespace": Condition(equal=(7,)),
          "process.exe": Condition(prefix=("/usr/",))}),
        (["tree=1,7"], {"process.lineage": Condition(contains=(1, 7))}),
        (["container"], {"container.id": Condition(present=True)}),
        (["container=web"], {"container.id": Condition(present=True)}),
        (["container", "container=" + "c" * 64], {"container.id": Condition(equal=("c" * 64,))}),
        (["host"], {"container.id": Condition(present=False)}),
    ],
)  # fmt: skip
def test_filters_become_clauses_where_they_can(conditions: list[str], clause: Clause) -> None:
    """A clause holds of all that the filters accept; what it cannot say is left to them."""
    assert clause_of(OPEN, parse(conditions, [OPEN])) == clause


@pytest.mark.parametrize(
    ("conditions", "clause"),
    [
        (["remote_addr=10.0.0.0/8,127.0.0.1"],
         {"args.remote_addr.sin_addr": Condition(cidr=("10.0.0.0/8", "127.0.0.1"))}),
        (["remote_addr=fd00::/8"], {"args.remote_addr.sin6_addr": Condition(cidr=("fd00::/8",))}),
        (["remote_addr=fd00::/8,10.0.0.0/8", "remote_addr=/run/*"], {}),
        (["remote_addr.sin_port=80,443"], {"args.remote_addr.sin_port": Condition(equal=(80, 443))}),
        # Neither is a socket of another family at this port.
        (["remote_addr.sin_port!=80"], {}),
    ],
)  # fmt: skip
def test_filters_on_addresses_become_clauses(conditions: list[str], clause: Clause) -> None:
    assert clause_of(CONNECT, parse(conditions, [CONNECT])) == clause


def test_a_field_of_another_event_asks_nothing_of_this_one() -> None:
    assert clause_of(CONNECT, parse(["pathname=/etc/*"], [OPEN, CONNECT])) == {}
