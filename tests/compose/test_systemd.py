"""The shipped units: as confined as the containers, by systemd's own judgement."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.compose.engine import ROOT
from tests.requirement import require

_UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
# Of 10: up to 2 is what systemd calls OK for a service that does something; lower is safer.
_MOST_EXPOSED = {"tracewire-collector.service": 2.0}
_OTHERS_MOST = 1.5


@pytest.fixture
def analyze() -> str:
    """systemd-analyze; the tests that need it are left out where it is not there."""
    found = shutil.which("systemd-analyze")
    require(found, "needs systemd-analyze: apt-get install systemd")
    assert found is not None
    return found


def test_there_are_units() -> None:
    """One for each service that is ours, and for OPA beside the engine."""
    assert {unit.name for unit in _UNITS} >= {
        f"tracewire-{part}.service" for part in ("collector", "engine", "inventory", "opa")
    }


@pytest.mark.parametrize("unit", _UNITS, ids=lambda unit: unit.stem)
def test_exposure_is_low_and_documented(analyze: str, unit: Path) -> None:
    """The score is below its limit and is the one that docs/systemd.md names."""
    asked = [analyze, "security", "--offline=true", "--no-pager", str(unit)]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    score = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert score is not None, said
    assert float(score[1]) <= _MOST_EXPOSED.get(unit.name, _OTHERS_MOST)
    assert f"| `{unit.name}` | {score[1]} |" in (ROOT / "docs" / "systemd.md").read_text()


@pytest.mark.parametrize("unit", _UNITS, ids=lambda unit: unit.stem)
def test_unit_has_no_mistake(analyze: str, unit: Path, tmp_path: Path) -> None:
    """Systemd knows every setting in it."""
    # The programs are where the documentation says to install them, which is not here.
    (tmp_path / unit.name).write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", unit.read_text()))
    asked = [analyze, "verify", "--man=no", "--recursive-errors=no", str(tmp_path / unit.name)]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stderr
    assert [line for line in said.splitlines() if unit.name in line] == []
