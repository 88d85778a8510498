"""The truth program `ring`, which asks io_uring for one thing, and what the kernel's events say of it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.capture import Capture, Run, Seen, told
from tests.conformance.capture import what as what_of_call


def ask(capture: Capture, events: Sequence[str], command: Sequence[str | Path], *, forged: str) -> Run:
    """Run *command*, which overwrites what it has given with *forged* as soon as that is submitted.

    The test is skipped where this kernel shows no requests of one of *events*.
    """
    with capture.wanting(*events) as choices:
        if unseen := [choice.event.name for choice in choices if choice.request_rung is None]:
            pytest.skip(f"requests cannot be seen on this kernel: {', '.join(unseen)}")
        return capture.run(command, env={**os.environ, "FORGED": forged})


def requests(run: Run) -> list[Seen]:
    """Its events that came through a ring."""
    assert run.status == 0
    return [one for one in run.events if one.event.via is not None]


def what(one: Seen) -> dict[str, Any]:
    """The event without when and who, and by which way it came."""
    return {**what_of_call(one), "via": one.event.via}


def told_request(name: str, args: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """The same from what the program told."""
    return {**told(name, None, args, **rest), "via": "io_uring"}
