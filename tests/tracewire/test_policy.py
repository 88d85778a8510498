"""A policy asks for what the same words behind `tracewire events -e` ask for."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tracewire.command.events import ask, interest_in

PAGE = Path(__file__).parents[2] / "docs" / "filters.md"
GOOD = """\
filters = ["host"]

[[rules]]
events = ["security_file_open"]
filters = ["pathname=/etc/*", "comm!=dpkg"]

[[rules]]
events = ["ptrace", "setns"]
"""


def written(directory: Path, text: str, name: str = "policy.toml") -> str:
    file = directory / name
    file.write_text(text)
    return str(file)


def test_rules_ask_for_what_events_with_filters_ask_for(tmp_path: Path) -> None:
    """Each rule on its own, with the filters of the file and those of the command."""
    typed = ["security_file_open pathname=/etc/* comm!=dpkg host", "ptrace,setns host"]

    assert interest_in(ask([], ["uid=0"], [written(tmp_path, GOOD)])) == interest_in(ask(typed, ["uid=0"]))


def test_several_files_and_events_ask_for_all_of_it(tmp_path: Path) -> None:
    other = written(tmp_path, '[[rules]]\nevents = ["unshare"]', "other.toml")

    found = interest_in(ask(["mem_prot_alert"], [], [written(tmp_path, GOOD), other]))

    assert set(found) == {"security_file_open", "ptrace", "setns", "unshare", "mem_prot_alert"}


def test_policy_of_the_documentation_is_one(tmp_path: Path) -> None:
    text = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]

    found = interest_in(ask([], [], [written(tmp_path, text)]))

    assert set(found) == {"security_file_open", "security_inode_rename", "security_inode_unlink"}


@pytest.mark.parametrize(
    ("before", "after", "line", "problem", "remedy"),
    [
        ("pathname=", "pathnme=", 5, "security_file_open: no field is called 'pathnme'.",
         "Did you mean 'pathname'?"),
        ("comm!=dpkg", "uid=x", 5, "'uid=x': 'x' is not a whole number.", "Write it in digits."),
        ('"setns"', '"setsn"', 8, "No event or set of events is called 'setsn'.", "Did you mean 'setns'?"),
        ('events = ["ptrace"', 'event = ["ptrace"', 8, "a policy has no 'event'.", "Did you mean 'events'?"),
        ('filters = ["host"]', 'filters = ["hots"]', 1, "'hots' is not a filter.", None),
    ],
)  # fmt: skip
def test_an_error_names_the_place_and_the_nearest(  # noqa: PLR0917  (a table)
    run: Callable, tmp_path: Path, before: str, after: str, line: int, problem: str, remedy: str | None
) -> None:
    """Before anybody is asked for anything."""
    path = written(tmp_path, GOOD.replace(before, after))

    done = run("events", "--policy", path)

    first, second = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert first == f"tracewire: {path}:{line}: {problem}"
    assert remedy in {None, second.strip()}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rules = [", r".*policy\.toml: Invalid value .*"),
        ("rules = []", r".*policy\.toml: no rule asks for anything\."),
        ("[[rules]]\nfilters = []", r".*policy\.toml: .*missing required field `events`.*"),
        (None, r".*policy\.toml: .*No such file.*"),
    ],
)
def test_what_is_no_policy_is_refused(run: Callable, tmp_path: Path, text: str | None, problem: str) -> None:
    path = str(tmp_path / "policy.toml") if text is None else written(tmp_path, text)

    done = run("events", "--policy", path)

    assert done.returncode == 2
    assert re.fullmatch(problem, done.stderr.splitlines()[0])


def test_nothing_asked_for_is_said(run: Callable) -> None:
    done = run("events")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "tracewire: Nothing is asked for.\n           Name events with -e, or files with --policy.\n"
    )
