"""The programs in examples/ do what they are there to show."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable

import msgspec
import pytest

from tests.containers.conftest import Watcher
from tests.serving import ROOT, Nats
from tests.tracewire.making import finding
from tracewire import subjects
from tracewire.finding import ContainerView

pytestmark = pytest.mark.nats

_TOOLS = f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}"


@pytest.mark.parametrize("example", ["findings.py", "findings.sh"])
async def test_example_prints_what_is_found(
    watcher: Watcher, nats_server: Nats, require: Callable, example: str
) -> None:
    """One line for each: when, where, what."""
    if example.endswith(".sh"):
        for tool in ("nats", "jq"):
            require(shutil.which(tool, path=_TOOLS), f"needs {tool}")
    command = [sys.executable] if example.endswith(".py") else ["sh"]
    process = await asyncio.create_subprocess_exec(
        *command,
        str(ROOT / "examples" / example),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "TRACEWIRE_NATS": nats_server.url, "PATH": _TOOLS},
        start_new_session=True,
    )
    assert process.stdout is not None
    reading = asyncio.ensure_future(process.stdout.readline())
    try:
        # It does not say when it has subscribed: publish until it has had one.
        for number in range(1, 300):
            found = finding(number, severity="high", container=ContainerView(id="ab" * 32, name="web"))
            await watcher.client.jetstream().publish(
                subjects.finding("high", found.signature.name), msgspec.json.encode(found)
            )
            await asyncio.wait([reading], timeout=0.1)
            if reading.done():
                break
        line = (await asyncio.wait_for(reading, 20)).decode()
    finally:
        os.killpg(process.pid, 9)
        await process.communicate()

    assert line.startswith("2026-11-24T05:29:00.123456789Z web Title of anti_debugging {")
