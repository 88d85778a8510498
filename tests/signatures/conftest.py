"""The checkout, and the real OPA."""

import shutil
from pathlib import Path

import pytest

from tests.requirement import require

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def opa() -> str:
    """The opa binary that `make setup` installs, or one from PATH."""
    installed = ROOT / ".tools" / "bin" / "opa"
    found = str(installed) if installed.exists() else shutil.which("opa")
    require(found, "needs opa: make setup")
    assert found is not None
    return found
