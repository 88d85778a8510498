"""The capabilities in docker-compose.yml and in the unit: enough, and none too many."""

import json
import re
import shutil
import subprocess
import sys
from typing import Any

import pytest

from tests.compose.engine import ROOT
from tests.requirement import require

pytestmark = [pytest.mark.root, pytest.mark.timeout(600)]


def _given_by_compose() -> set[str]:
    text = (ROOT / "docker-compose.yml").read_text()
    block = re.search(r"^  collector:\n(?:.*\n)*?    cap_add:\n((?:      - .*\n)+)", text, re.MULTILINE)
    assert block is not None
    return set(re.findall(r"- (\w+) #", block[1]))


def _given_by_systemd() -> set[str]:
    text = (ROOT / "deploy" / "systemd" / "tracewire-collector.service").read_text()
    given = re.search(r"^CapabilityBoundingSet=(.*)$", text, re.MULTILINE)
    assert given is not None
    return {name.removeprefix("CAP_") for name in given[1].split()}


def _rungs(capabilities: set[str] | None) -> dict[str, str | None]:
    """Each event's rung for a collector that has nothing but *capabilities*; all of root's where None."""
    confine: list[str] = []
    if capabilities is not None:
        wanted = ",".join(["-all", *(f"+{name.lower()}" for name in sorted(capabilities))])
        confine = ["setpriv", f"--bounding-set={wanted}", "--inh-caps=-all", "--no-new-privs"]
    asked = [*confine, sys.executable, "-m", "collector", "doctor", "--json"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    report: dict[str, Any] = json.loads(said)
    return {event["name"]: event["rung"] for event in report["events"]}


def test_compose_and_systemd_give_the_same() -> None:
    """Both ways to run it are confined alike."""
    assert _given_by_compose() == _given_by_systemd() == {"BPF", "PERFMON", "NET_ADMIN"}


def test_they_are_enough() -> None:
    """Every event stands on the rung that it has for all of root's capabilities."""
    require(shutil.which("setpriv"), "needs setpriv: apt-get install util-linux")
    assert _rungs(_given_by_compose()) == _rungs(None)
