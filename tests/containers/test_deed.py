"""From a deed in a container to the finding, the container being gone before anybody looks."""

import asyncio
from contextlib import aclosing
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

_EXEC, _EXIT = "sched_process_exec", "sched_process_exit"
# On a busy machine any one of them may be held up.
_CONTAINERS, _BRIEF_MILLISECONDS = 5, 50
_CATS = rego.signature(
    "cats",
    """finding contains {"argv": input.args.argv, "image": input.container.image} if {
	input.event == "sched_process_exec"
	input.args.cmdpath == "/bin/cat"
	input.container.name != ""
}""",
    events="sched_process_exec",
)


async def test_deeds_of_containers_that_are_gone_have_their_id_name_and_image(
    watched: Watcher, docker: Engine, nats_server: Nats, tmp_path: Path
) -> None:
    """One lived for less than 50 ms; the engine starts when all are removed, and forgotten by Docker."""
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
    names: dict[str, str] = {}
    async with leased(watched.client, "a test", {_EXEC: EventInterest(), _EXIT: EventInterest()}):
        await watched.collected(_EXEC, _EXIT)
        for number in range(_CONTAINERS):
            identity = await asyncio.to_thread(docker.run, f"culprit-{number}", "cat", "/etc/hostname")
            names[identity] = f"culprit-{number}"
        for identity in names:
            await until(lambda: watched.args("container_remove", identity), "it is gone")  # noqa: B023
    lives = sorted(_milliseconds(watched, identity) for identity in names)
    forgotten = [docker.call("GET", f"/containers/{identity}/json")[0] for identity in names]
    await opa.start()
    await engine.start()
    try:
        found = await asyncio.wait_for(_first(nats_server.url, _CONTAINERS), 60)
    finally:
        await engine.stop()
        await opa.stop()
        print(engine.said())

    print(f"lived for {lives} ms")
    assert lives[0] < _BRIEF_MILLISECONDS
    assert forgotten == [404] * _CONTAINERS
    assert {one.container.id: one.container for one in found if one.container} == {
        identity: ContainerView(
            id=identity, runtime="docker", name=name, image=BOX, image_digest=None, started=True
        )
        for identity, name in names.items()
    }
    assert [one.data for one in found] == [{"argv": ["cat", "/etc/hostname"], "image": BOX}] * _CONTAINERS
    assert [one.pod for one in found] == [None] * _CONTAINERS


def _milliseconds(watched: Watcher, identity: str) -> float:
    """How long the entry program of a container ran, by the kernel."""
    (begin,) = (event.time for event in watched.inside(_EXEC, identity) if event.comm == b"cat")
    (end,) = (event.time for event in watched.inside(_EXIT, identity) if event.comm == b"cat")
    return round((end - begin) / 1e6, 1)


async def _first(url: str, count: int) -> list[Finding]:
    found: list[Finding] = []
    async with aclosing(findings(url, since=None)) as stored:
        async for finding in stored:
            found.append(finding)
            if len(found) == count:
                break
    return found
