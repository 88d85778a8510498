"""The checkout, and the real OPA."""

import shutil
from pathlib import Path

import pytest

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
    if found is None:
        pytest.skip("no opa binary; `make setup` installs one")
    return found
