"""What .env says is the default is what docker-compose.yml takes, and what the product has without Docker."""

import re

import pytest

from tests.compose.engine import ROOT
from tracewire.settings import CollectorSettings, EngineSettings

_COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
_TAKEN = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", _COMPOSE))
_SAID = dict(re.findall(r"^#(\w+)=(.*)$", (ROOT / ".env").read_text(encoding="utf-8"), re.MULTILINE))
# Neither is a default: one chooses a second file, the other one is what most machines with a proxy need.
_EXAMPLES = {"COMPOSE_FILE", "CA_BUNDLE"}


def test_every_setting_is_in_env_with_its_default() -> None:
    """And nothing is there that has no effect. The version is the checkout's own."""
    taken = {name: value for name, value in _TAKEN.items() if name != "TRACEWIRE_VERSION"}
    assert _SAID.keys() - {"COMPOSE_FILE"} == taken.keys()
    assert {name: _SAID[name] for name in taken if name not in _EXAMPLES} == {
        name: value for name, value in taken.items() if name not in _EXAMPLES
    }


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("DEADLINE_MILLISECONDS", EngineSettings().deadline_milliseconds),
        ("ENGINE_CONNECTIONS", EngineSettings().connections),
        ("RING_MEBIBYTES", CollectorSettings().ring_mebibytes),
        ("QUEUE_MEBIBYTES", CollectorSettings().queue_mebibytes),
        ("TICK_MILLISECONDS", CollectorSettings().tick_milliseconds),
    ],
)
def test_defaults_are_those_of_the_product(name: str, default: float) -> None:
    """What is measured and tested without Docker holds with it."""
    assert float(_TAKEN[name]) == default
