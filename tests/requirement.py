"""What a test asks the machine for beyond its markers."""

import os
from typing import Any

import pytest


def require(available: Any, reason: str) -> None:
    """Leave the test out unless *available*; fail where CI counts on it being run.

    For what set-up or an administrator can give a machine. What a kernel does not have is no
    failure anywhere: that is left out by `pytest.skip`.

    Args:
        available: What is needed, or whether it is there.
        reason: What is missing, and how to get it.
    """
    if available:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"left out, and CI must run it: {reason}", pytrace=False)
    pytest.skip(reason)
