"""The suite on four kernels takes minutes each: `make kernels`, or KERNELS=1. Loading does not."""

import os
import shutil

import pytest

from tests.kernels import boot
from tests.requirement import require

collect_ignore = [] if "KERNELS" in os.environ else ["test_kernels.py"]


@pytest.fixture(scope="session")
def can_boot() -> None:
    """Leave the test out where other kernels cannot be booted."""
    require(boot.can_boot(), f"needs {boot.PROGRAM}: deploy/setup/system-packages.sh kernels")
    require(shutil.which("apt-get"), "kernels are fetched with apt-get")
