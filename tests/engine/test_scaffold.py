"""`signatures new`: right from the beginning."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine import scaffold
from engine.errors import ScaffoldError
from engine.opa_program import OpaProgram
from engine.source import read, scan
from engine.testing import run_tests
from tests.engine import loading
from tests.engine.conftest import ROOT
from tracewire.catalogue import EVENTS

pytestmark = pytest.mark.opa


async def test_new_signature_of_each_event_passes_check_and_its_tests(
    program: OpaProgram, tmp_path: Path
) -> None:
    """Whatever the event's arguments are, with ids that nobody has yet."""
    mine = tmp_path / "mine"
    taken: list[str] = []
    for event in EVENTS:
        scaffold.new(f"new_{event.name}", event.name, mine, mine / "attacks", taken)
        taken.append(f"LOCAL-{len(taken) + 1:04d}")
    sources = loading.shipped_library() | {path: one for path in scan([str(mine)]) if (one := read(path))}
    accepted = await loading.accepted(program, tmp_path, sources)
    tested = await run_tests(program, [str(mine)], "", None)

    assert accepted.refused == {}
    assert {m.signature.reference.id for m in accepted.modules if m.signature} == set(taken)
    assert (tested.tests, tested.failed) == (4 * len(EVENTS), [])


@pytest.mark.parametrize(
    ("name", "event", "says"),
    [
        ("Upper", "ptrace", "cannot be a signature's name"),
        ("a_test", "ptrace", "cannot be a signature's name"),
        ("a/b", "ptrace", "cannot be a signature's name"),
        ("fine", "ptrac", "ptrac"),
    ],
)
def test_name_or_event_that_will_not_do_is_refused(tmp_path: Path, name: str, event: str, says: str) -> None:
    """And nothing is written."""
    with pytest.raises(ScaffoldError, match=says):
        scaffold.new(name, event, tmp_path, tmp_path / "attacks", [])

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """The second one of that name is an error."""
    scaffold.new("a", "ptrace", tmp_path, tmp_path / "attacks", [])
    with pytest.raises(ScaffoldError, match="is there already"):
        scaffold.new("a", "ptrace", tmp_path, tmp_path / "attacks", [])


def test_command_says_what_it_wrote(tmp_path: Path, program: OpaProgram) -> None:
    """As JSON too."""
    done = subprocess.run(
        [sys.executable, "-m", "engine", "signatures", "new", "a", str(tmp_path), "--json"],
        capture_output=True, text=True, check=True, cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, timeout=60,
    )  # fmt: skip
    written = ["a.rego", "a_test.rego", "attacks/a/trigger.py", "attacks/a/twin.py"]
    assert json.loads(done.stdout) == {"written": [str(tmp_path / name) for name in written]}
