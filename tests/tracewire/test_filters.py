"""FIELD=VALUE conditions of `tracewire events`."""

import pytest

from tests.tracewire.making import TIME, process
from tracewire.catalogue import find
from tracewire.command.errors import Exit, UsageError
from tracewire.command.filters import matches, parse
from tracewire.finding import ContainerView, EventView

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
BOX = ContainerView(id="c0ffee", name="web")


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
    ],
)
def test_a_condition_compares_arguments_and_the_process(condition: str, *, accepted: bool) -> None:
    (filter_,) = parse([condition], [OPEN])

    assert filter_.accepts("vm-1", SHADOW, process(), BOX) is accepted


def test_no_container_equals_no_name() -> None:
    (equal,) = parse(["container=web"], [OPEN])
    (unequal,) = parse(["container!=web"], [OPEN])

    assert not equal.accepts("vm-1", SHADOW, process(), None)
    assert unequal.accepts("vm-1", SHADOW, process(), None)


def test_a_value_may_contain_anything() -> None:
    """Only the first operator counts."""
    (filter_,) = parse(["pathname=/a=b!=c"], [OPEN])

    assert (filter_.field, filter_.value, filter_.negated) == ("pathname", "/a=b!=c", False)


@pytest.mark.parametrize(
    ("condition", "problem", "remedy"),
    [
        ("pathnme=/x", "security_file_open: no field is called 'pathnme'.", "Did you mean 'pathname'?"),
        (
            "pathname",
            "'pathname' is not a filter.",
            "Write FIELD=VALUE or FIELD!=VALUE, such as 'pathname=/etc/*'.",
        ),
    ],
)
def test_what_is_no_condition_is_refused(condition: str, problem: str, remedy: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse([condition], [OPEN])

    assert (refused.value.code, str(refused.value), refused.value.remedy) == (Exit.USAGE, problem, remedy)


def test_a_lone_star_matches_everything() -> None:
    assert all(matches(text, "*") for text in ("", "a", "/x/y"))
