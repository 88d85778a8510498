"""A path that is renamed while it is compared with patterns is never taken for one that it was not."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.decisions import decision
from tests.conformance.capture import Capture, seen
from tests.conformance.conftest import Build
from tracewire.catalogue import BY_NAME
from tracewire.clause import Condition, to_raw
from tracewire.interest import EventInterest

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="the second thread needs a CPU of its own"),
]

OPEN = "security_file_open"
ROUNDS = 10_000
# On a busy machine the two threads may not run side by side.
ATTEMPTS = 5


@pytest.fixture(scope="module")
def large() -> Iterator[Capture]:
    """Rings that hold all of a round."""
    opened = Capture(ring_mebibytes=32)
    yield opened
    opened.close()


def _opened(capture: Capture, wander: Path, directory: Path, prefix: str, *, moving: bool) -> tuple[int, int]:
    """How often the file was opened, and how often it arrived although only *prefix* is wanted."""
    event = BY_NAME[OPEN]
    interest = EventInterest(clauses=[to_raw({"args.pathname": Condition(prefix=(prefix,))})])
    directory.mkdir()
    with capture.wanting(OPEN):
        capture.tables.want({event.id: decision(event, interest, 70)})
        capture.take()
        program = subprocess.Popen(
            [wander, directory, str(ROUNDS), "moving" if moving else "still"],
            stdout=subprocess.PIPE,
            text=True,
        )
        said, _ = program.communicate(timeout=60)
        found = [seen(one) for one in capture.take() if one.pid == program.pid]
    assert program.returncode == 0
    others = {"O_PATH", "O_CREAT"}
    return int(said), sum(not others & set(one.event.args["flags"]) for one in found)


def test_file_that_never_leaves_a_directory_is_never_missed(
    large: Capture, truth: Build, tmp_path: Path
) -> None:
    """The directories on the way are moved by a second thread, in and out of what is wanted."""
    directory = tmp_path / "moving"
    opened, arrived = _opened(large, truth("wander"), directory, f"{directory}/wanted/", moving=True)

    assert (opened, arrived) == (ROUNDS, ROUNDS)


def test_path_that_was_renamed_meanwhile_matches_every_pattern(
    large: Capture, truth: Build, tmp_path: Path
) -> None:
    """What was not at rest arrives; what was at rest does not."""
    still = _opened(large, truth("wander"), tmp_path / "still", "/nowhere/", moving=False)
    arrived = 0
    for attempt in range(ATTEMPTS):
        _, arrived = _opened(large, truth("wander"), tmp_path / str(attempt), "/nowhere/", moving=True)
        if arrived:
            break

    assert still == (ROUNDS, 0)
    assert 0 < arrived < ROUNDS
