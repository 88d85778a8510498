"""FIELD=VALUE conditions of `tracewire events`."""

import pytest

from tests.tracewire.making import TIME, process
from tracewire.catalogue import find
from tracewire.clause import Condition
from tracewire.command.asked import Asked
from tracewire.command.errors import Exit, UsageError
from tracewire.command.events import ask
from tracewire.command.fields import Sight
from tracewire.command.filters import matches, parse
from tracewire.finding import AncestorView, ContainerView, EventView

OPEN = find("security_file_open")
SHADOW = EventView(
    id="e",
    name="security_file_open",
    time=TIME,
    args={
        "pathname": "/etc/shadow",
        "flags": ["O_RDONLY", "O_CLOEXEC"],
        "inode": 7,
        "syscall_pathname": None,
    },
    return_value=3,
)
CONNECT = find("security_socket_connect")
CALL = EventView(
    id="e",
    name="security_socket_connect",
    time=TIME,
    args={"remote_addr": {"sa_family": "AF_INET", "sin_addr": "10.1.2.3", "sin_port": 443}},
    return_value=-111,
    error="ECONNREFUSED",
)
ID = "c0ffee" + "0" * 58
BOX = ContainerView(id=ID, name="web", image="nginx:1.27")
INIT = AncestorView(key="00000000000000bb", pid=99, comm="init", exe="/sbin/init")


@pytest.mark.parametrize(
    ("condition", "accepted"),
    [
        ("pathname=/etc/shadow", True),
        ("pathname=/etc/*", True),
        ("pathname=*shadow", True),
        ("pathname=*c/sh*", True),
        ("pathname=/etc", False),
        ("pathname!=/etc/*", False),
        ("args.pathname=/etc/shadow", True),
        ("flags=O_CLOEXEC", True),
        ("flags!=O_CLOEXEC", False),
        ("inode=7", True),
        ("return_value=3", True),
        ("syscall_pathname=x", False),
        ("syscall_pathname!=x", True),
        ("comm=dropper", True),
        ("process.comm=dropper", True),
        ("pid=4711", True),
        ("argv=dropper", True),
        ("container=web", True),
        ("container=c0ff*", True),
        ("node=vm-1", True),
        ("node!=vm-1", False),
        ("pathname=/root/*,/etc/*", True),
        ("pathname!=/root/*,/etc/*", False),
        ("pathname=/a\\,b", False),
        ("executable=/tmp/*", True),
        ("binary=*/dropper", True),
        ("uid<1000", True),
        ("uid>=1000", False),
        ("inode>6", True),
        ("inode<=6", False),
        ("inode=0x7", True),
        ("retval!=3", False),
        ("retval=-1,3", True),
        ("tree=4711", True),
        ("tree=99", True),
        ("tree=98", False),
        ("tree!=99", False),
        ("mntns!=1", True),
        ("container", True),
        ("host", False),
        ("not-container", False),
        ("container=c0ffee000000", True),
        ("container=c0ffef000000", False),
        ("container.image=nginx:*", True),
        ("pod.name=web", False),
        ("security_file_open.args.pathname=/etc/*", True),
        ("security_file_open.uid=1", False),
    ],
)
def test_a_condition_compares_arguments_and_the_process(condition: str, *, accepted: bool) -> None:
    (filter_,) = parse([condition], [OPEN])

    assert filter_.accepts(Sight("vm-1", SHADOW, process(ancestors=[INIT]), BOX)) is accepted


def test_no_container_equals_no_name() -> None:
    (equal,) = parse(["container=web"], [OPEN])
    (unequal,) = parse(["container!=web"], [OPEN])

    assert not equal.accepts(Sight("vm-1", SHADOW, process()))
    assert unequal.accepts(Sight("vm-1", SHADOW, process()))


def test_a_value_may_contain_anything() -> None:
    """Only the first operator counts."""
    (filter_,) = parse(["pathname=/a=b!=c"], [OPEN])

    assert (filter_.field, filter_.operator, filter_.values) == ("pathname", "=", ("/a=b!=c",))


@pytest.mark.parametrize(
    ("condition", "problem", "remedy"),
    [
        ("pathnme=/x", "security_file_open: no field is called 'pathnme'.", "Did you mean 'pathname'?"),
        (
            "pathname",
            "'pathname' is not a filter.",
            (
                "Write FIELD=VALUE, FIELD!=VALUE or FIELD<VALUE, such as 'pathname=/etc/*'; or container, "
                "host, follow."
            ),
        ),
        ("args.comm=x", "security_file_open: no field is called 'args.comm'.", "Did you mean 'comm'?"),
        ("exectable=/x", "security_file_open: no field is called 'exectable'.", "Did you mean 'executable'?"),
        ("uid=root", "'uid=root': 'root' is not a whole number.", "Write it in digits."),
        ("flags=O_CREATE", "'flags=O_CREATE': args.flags is never 'O_CREATE'.", "Did you mean 'O_CREAT'?"),
        (
            "comm=a-name-that-is-too-long",
            "'comm=a-name-that-is-too-long': the kernel keeps 15 bytes of a name.",
            "Write 'a-name-that-is-', or a condition on exe.",
        ),
        (
            "comm>3",
            "'comm>3': > compares a field that is a number with one whole number.",
            "Write = or != for anything else.",
        ),
    ],
)
def test_what_is_no_condition_is_refused(condition: str, problem: str, remedy: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse([condition], [OPEN])

    assert (refused.value.code, str(refused.value), refused.value.remedy) == (Exit.USAGE, problem, remedy)


def test_a_lone_star_matches_everything() -> None:
    assert all(matches(text, "*") for text in ("", "a", "/x/y"))


@pytest.mark.parametrize(
    ("condition", "accepted"),
    [
        ("remote_addr=10.0.0.0/8", True),
        ("remote_addr=10.1.2.3", True),
        ("remote_addr=192.168.0.0/16,10.0.0.0/8", True),
        ("remote_addr=11.0.0.0/8", False),
        ("remote_addr=::/0", False),
        ("remote_addr!=10.0.0.0/8", False),
        ("remote_addr.sin_addr=10.1.0.0/16", True),
        ("remote_addr.sin_port=80,443", True),
        ("remote_addr.sin_port<443", False),
        ("remote_addr.sa_family=AF_INET", True),
        ("remote_addr.sin6_port!=443", True),
        ("error=ECONNREFUSED", True),
    ],
)
def test_a_condition_looks_into_an_address(condition: str, *, accepted: bool) -> None:
    (filter_,) = parse([condition], [CONNECT])

    assert filter_.accepts(Sight("vm-1", CALL, process())) is accepted


def test_filters_behind_an_event_are_its_own() -> None:
    """Several of the same event: any will do. Filters on their own hold for all."""
    asked = ask(
        ["security_file_open pathname=/root/*", "security_file_open pathname=/etc/*", "ptrace"], ["uid=0"]
    )

    def seen(**fields: int) -> list[bool]:
        return [each.accepts(Sight("vm-1", SHADOW, process(**fields))) for each in asked]

    assert seen() == [False, True, False]
    assert seen(uid=1) == [False, False, False]


def test_a_filter_of_one_event_leaves_the_others_alone() -> None:
    (filter_,) = parse(["security_socket_connect.retval=0"], [OPEN, CONNECT])

    assert filter_.accepts(Sight("vm-1", SHADOW, process()))
    assert not filter_.accepts(Sight("vm-1", CALL, process()))


def test_descendants_are_followed() -> None:
    """Of one that an ancestor makes known, and of one that was seen itself; what happened counts as ever."""
    asked = Asked([OPEN], parse(["comm=make", "pathname=/etc/*"], [OPEN]), follow=True)
    make = AncestorView(key="m", pid=10, comm="make")
    shell = AncestorView(key="s", pid=11, comm="sh")

    def seen(key: str, comm: str, *ancestors: AncestorView) -> bool:
        return asked.accepts(Sight("vm-1", SHADOW, process(key=key, comm=comm, ancestors=[*ancestors, INIT])))

    assert not seen("c", "cc1", shell)
    assert seen("s", "sh", make)
    assert seen("c", "cc1", shell)
    assert not seen("x", "other")
    assert asked.clause(OPEN) == {"args.pathname": Condition(prefix=("/etc/",))}


def test_whoever_is_not_something_does_not_make_everybody_followed() -> None:
    asked = Asked([OPEN], parse(["comm!=dropper"], [OPEN]), follow=True)

    assert not asked.accepts(Sight("vm-1", SHADOW, process(ancestors=[INIT])))


def test_following_needs_somebody() -> None:
    with pytest.raises(UsageError, match="nobody to follow"):
        ask(["security_file_open pathname=/x follow"], [])
