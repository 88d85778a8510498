"""The whole product, started by its own command."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from nats.aio.client import Client

from bench.product import until
from tracewire import bus, condition
from tracewire.errors import BusError
from tracewire.settings import load as load_settings
from tracewire.up import preflight

_STOP_SECONDS = 30
_LOOK_SECONDS = 0.02
_PATIENCE_SECONDS = 60.0
_CHILDREN = {"nats-server": "nats", "opa": "opa", "engine": "engine", "collector": "collector"}


class Whole:
    """One `tracewire up`.

    Attributes:
        client: Connected to its NATS.
        began: When it was started (monotonic seconds).
        pid: Of the command itself.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", client: Client, began: float) -> None:
        self.client = client
        self.began = began
        self.pid = process.pid

    async def until_ready(self) -> float:
        """Wait until everything is attached and judged; seconds since it was started."""
        url, node = str(self.client.connected_url), load_settings().node_name

        async def ready() -> bool:
            return (await condition.examine(self.client, url, node)).ready

        await until("tracewire up is ready", ready)
        return time.monotonic() - self.began

    def pids(self) -> dict[str, int]:
        """Its processes by name; `up` is the command itself."""
        found = {"up": self.pid}
        for child in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split():
            words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            for word in words[:3]:
                name = _CHILDREN.get(Path(word.decode(errors="replace")).name)
                if name:
                    found[name] = int(child)
        return found


async def _connect(url: str) -> Client:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return await bus.connect(url, "tracewire bench")
        except BusError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(_LOOK_SECONDS)


def _start(state: Path, port: int) -> "subprocess.Popen[bytes]":
    # NATS, OPA and the engine run as nobody, and have to come through.
    state.chmod(0o755)
    command = [str(Path(sys.executable).parent / "tracewire"), "up", "--json", "--nats-port", str(port)]
    environment = {**os.environ, "TRACEWIRE_STATE": str(state / "state")}
    with (state / "up.log").open("wb") as log:
        return subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
        )


@contextlib.asynccontextmanager
async def up(state: Path) -> AsyncIterator[Whole]:
    """`tracewire up` with its state below *state*, for the length of a block."""
    port = preflight.free_port()
    began = time.monotonic()
    process = _start(state, port)
    try:
        client = await _connect(f"nats://127.0.0.1:{port}")
        try:
            yield Whole(process, client, began)
        finally:
            await client.close()
    except Exception:
        print((state / "up.log").read_text(encoding="utf-8", errors="replace"), file=sys.stderr)
        raise
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, _STOP_SECONDS)
