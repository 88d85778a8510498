"""A whole collector and an inventory in guests, with cgroups v1 alone or v2 alone, whose time of day is set.

This machine's own tests run on whichever version it has mounted, and nobody sets its time.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kernels import matrix
from tests.kernels.packages import SERIES
from tests.serving import program

pytestmark = [pytest.mark.root, pytest.mark.timeout(900)]

_CGROUPS = {"6.1": "v1", "6.12": "v2"}
_HIERARCHIES = {"v1": ["memory", "pids"], "v2": ["."]}
_FOLLOWED_SECONDS = 30.0  # within a second where a processor is one; a guest's is emulated


@pytest.fixture(scope="module")
def guests(can_boot: None) -> dict[str, list[dict[str, Any]]]:
    """What each kernel told, in order."""
    chosen = {one: _CGROUPS[one.name] for one in SERIES if one.name in _CGROUPS}
    told = matrix.Guests(lambda _sentence: None).whole(chosen, Path(program("nats-server")))
    broken = {name: lines for name, lines in told.items() if not all(line.startswith("{") for line in lines)}
    assert broken == {}
    return {name: [json.loads(line) for line in lines] for name, lines in told.items()}


@pytest.mark.parametrize("series", _CGROUPS)
def test_containers_are_created_attributed_and_removed(
    guests: dict[str, list[dict[str, Any]]], series: str
) -> None:
    """Each once, by name, with one cgroup or one in every hierarchy, whatever becomes of the time of day."""
    told = guests[series]

    assert told[0] == {"hierarchies": _HIERARCHIES[_CGROUPS[series]]}
    assert [fact for fact in told if "container" in fact] == [
        {"container": name, "attributed": True, "created": [[name, "box"]], "removed": 1}
        for name in ("before", "after+3600", "after-86400")
    ]


@pytest.mark.parametrize("series", _CGROUPS)
def test_time_of_day_that_is_set_is_followed(guests: dict[str, list[dict[str, Any]]], series: str) -> None:
    """An hour forward and a day back: events tell it right soon after, and no collector started anew."""
    jumps = {fact["jump"]: fact for fact in guests[series] if "jump" in fact}

    assert jumps.keys() == {3_600, -86_400}
    assert max(abs(fact["off"]) for fact in jumps.values()) < 1
    assert max(fact["followed_after"] for fact in jumps.values()) < _FOLLOWED_SECONDS
    assert guests[series][-1] == {"sessions": 1}
