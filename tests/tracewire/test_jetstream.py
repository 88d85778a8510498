"""What is said of a NATS that is there and cannot be used: the remedy fits the reason."""

from pathlib import Path

import nats
import pytest

from tests.serving import Child, free_port, program, until
from tracewire import bus
from tracewire.errors import BusError

pytestmark = pytest.mark.nats

_AS_COLLECTOR = """
authorization {
  users: [{
    user: limited, password: limited
    permissions { publish { allow: ["$JS.API.INFO", "$JS.API.STREAM.INFO.>"] } }
  }]
}
"""
_SECONDS = 0.5


async def _said_of(directory: Path, configuration: str, *options: str) -> BusError:
    """What `provide` raises at a server of that configuration."""
    port = free_port()
    file = directory / "nats.conf"
    file.write_text(f"listen: 127.0.0.1:{port}\n{configuration}")
    server = Child([program("nats-server"), "-c", str(file), *options], directory / "nats.log")
    await server.start()
    try:

        async def ready() -> bool:
            return "Server is ready" in server.said()

        await until(ready, "nats-server is ready")
        user = "limited:limited@" if configuration else ""
        client = await nats.connect(f"nats://{user}127.0.0.1:{port}", error_cb=_silent)
        try:
            with pytest.raises(BusError) as raised:
                await bus.provide(client.jetstream(timeout=_SECONDS))
        finally:
            await client.close()
    finally:
        await server.stop()
    return raised.value


async def _silent(_error: Exception) -> None:
    """The refusal, which the client hears of beside."""


async def test_jetstream_that_is_off_has_to_be_started(tmp_path: Path) -> None:
    said = await _said_of(tmp_path, "")

    assert str(said) == "no usable NATS at JetStream: it is off"
    assert said.remedy == "Start nats-server with -js."


async def test_who_may_not_make_a_stream_is_told_to_start_the_engine(tmp_path: Path) -> None:
    """NATS gives no answer at all to what a role may not ask."""
    said = await _said_of(tmp_path, _AS_COLLECTOR, "-js", "-sd", str(tmp_path / "jetstream"))

    assert "these credentials may not make" in str(said)
    assert said.remedy.startswith("The engine makes them: start one")
