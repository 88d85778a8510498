"""From a deed in a container to the finding, the container being gone before anybody looks."""

import asyncio
from pathlib import Path

import pytest

from tests.containers.conftest import Watcher
from tests.containers.engine import BOX, Engine
from tests.engine import rego
from tests.engine.conftest import EngineServer, OpaServer
from tests.serving import Nats, free_port, until
from tracewire.client import findings
from tracewire.finding import ContainerView, Finding
from tracewire.interest import EventInterest
from tracewire.lease import leased

pytestmark = [pytest.mark.root, pytest.mark.nats, pytest.mark.opa]

_CATS = rego.signature(
    "cats",
    """finding contains {"argv": input.args.argv, "image": input.container.image} if {
	input.event == "sched_process_exec"
	input.args.cmdpath == "/bin/cat"
	input.container.name != ""
}""",
    events="sched_process_exec",
)


async def test_deed_of_a_container_that_is_gone_has_its_id_name_and_image(
    watched: Watcher, docker: Engine, nats_server: Nats, tmp_path: Path
) -> None:
    """The engine starts only after the container is removed, and Docker has forgotten it."""
    signatures = tmp_path / "signatures"
    signatures.mkdir()
    (signatures / "cats.rego").write_text(_CATS)
    port = free_port()
    opa = OpaServer(tmp_path, port)
    engine = EngineServer(
        tmp_path / "engine.log",
        bus=nats_server,
        opa=opa,
        bundle_port=port,
        signatures=signatures,  # type: ignore[arg-type]
    )
    async with leased(watched.client, "a test", {"sched_process_exec": EventInterest()}):
        await watched.collected("sched_process_exec")
        identity = await asyncio.to_thread(docker.run, "culprit", "cat", "/etc/hostname")
        await until(lambda: watched.args("container_remove", identity), "the container is gone")
    status, _ = docker.call("GET", f"/containers/{identity}/json")
    await opa.start()
    await engine.start()
    try:
        found: Finding = await asyncio.wait_for(_first(nats_server.url), 60)
    finally:
        await engine.stop()
        await opa.stop()
        print(engine.said())

    assert status == 404
    assert found.container == ContainerView(
        id=identity, runtime="docker", name="culprit", image=BOX, image_digest=None, started=True
    )
    assert found.data == {"argv": ["cat", "/etc/hostname"], "image": BOX}
    assert found.pod is None


async def _first(url: str) -> Finding:
    async for finding in findings(url, since=None):
        return finding
    raise AssertionError("no finding")
