"""`docker compose up` on a real engine: nothing is lost or doubled, whatever is killed."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nats.aio.client import Client
from nats.js.errors import KeyNotFoundError, NotFoundError

from tests.compose.engine import Docker
from tests.compose.images import names
from tests.compose.project import Doer, Project, Receiver, wait_for
from tests.engine.steady import RATE, Load, numbers
from tracewire import bus, findings, subjects
from tracewire.bridge.falco import alert
from tracewire.condition import answers
from tracewire.finding import Finding
from tracewire.inventory import Container

pytestmark = [pytest.mark.root, pytest.mark.opa, pytest.mark.nats, pytest.mark.timeout(1500)]

# On a busy host the events of everything else on it are judged first.
_SETTLE_SECONDS = 300.0
# For all of scaling up and down again: there is nothing in it that a minute is not enough for.
_SCALED_SECONDS = 90.0
_LOOK_SECONDS = 0.5
_DEEDS = 40
_SHARE = 100  # requests


async def _judged(url: str) -> None:
    """Return when every event that is stored by now has been judged and acknowledged."""
    async with bus.connection(url, "test") as client, asyncio.timeout(_SETTLE_SECONDS):
        jetstream = client.jetstream()
        last = (await jetstream.stream_info(subjects.EVENTS_STREAM)).state.last_seq
        while True:
            engine = await jetstream.consumer_info(subjects.EVENTS_STREAM, subjects.ENGINE_CONSUMER)
            if engine.ack_floor and engine.ack_floor.stream_seq >= last:
                return
            await asyncio.sleep(_LOOK_SECONDS)


async def _has_consumer(url: str, stream: str, name: str) -> None:
    async with bus.connection(url, "test") as client, asyncio.timeout(_SETTLE_SECONDS):
        while True:
            with contextlib.suppress(NotFoundError):
                await client.jetstream().consumer_info(stream, name)
                return
            await asyncio.sleep(_LOOK_SECONDS)


def _uuid(alert: dict[str, Any]) -> str:
    return str(alert["uuid"])


async def _all_findings(url: str) -> list[Finding]:
    async with aclosing(findings(url, since=None, follow=False)) as stored:
        return [finding async for finding in stored]


def _of(doers: list[Doer], found: list[Finding]) -> Counter[tuple[str | None, str]]:
    """How often each deed was found: by container and path."""
    paths = {path for doer in doers for path in doer.done}
    return Counter(
        (finding.container.id if finding.container else None, finding.data["pathname"])
        for finding in found
        if finding.signature.name == "setuid_bit_set" and finding.data["pathname"] in paths
    )


async def _judging(operator: Client, count: int, more_than: Mapping[str, int]) -> dict[str, int]:
    """Wait until *count* engines have each judged RATE events more than before; how many by now."""
    async with asyncio.timeout(_SCALED_SECONDS):
        while True:
            judged = {
                engine.instance: int(engine.detail["evaluated"]["evaluated"])
                for engine in await answers(operator)
                if engine.service == "engine" and engine.ready
            }
            if len(judged) == count and all(
                number >= more_than.get(engine, 0) + RATE for engine, number in judged.items()
            ):
                return judged
            await asyncio.sleep(_LOOK_SECONDS)


async def test_what_is_scaled_under_load_loses_and_doubles_nothing(project: Project) -> None:
    """Under 5,000 events a second: one engine, three with a second OPA, one again; all of them work."""
    async with (
        bus.connection(project.url("collector"), "test") as collector,
        bus.connection(project.url("operator"), "test") as operator,
    ):
        load = Load(collector)
        running = asyncio.create_task(load.run())

        def both_opas_have_a_share() -> bool:
            answered = project.answered_by_opas()
            return len(answered) == 2 and min(answered) > _SHARE

        try:
            async with asyncio.timeout(_SCALED_SECONDS):
                judged = await _judging(operator, 1, {})
                await asyncio.to_thread(project.scale, engine=3, opa=2)
                judged |= await _judging(operator, 3, judged)
                what = "the second OPA has a share"
                await asyncio.to_thread(wait_for, what, both_opas_have_a_share, _SCALED_SECONDS)
                await asyncio.to_thread(project.scale, engine=1, opa=1)
                await _judging(operator, 1, judged)
                (engine,) = [each for each in await answers(operator) if each.service == "engine"]
        finally:
            load.stop()
            await running
    await _judged(project.url("operator"))
    print(f"{len(load.expected)} findings expected, {load.rate:.0f} events/s")
    assert load.rate > 0.95 * RATE
    # Late, perhaps, on a machine that is busy with all this; but nobody is blamed for that.
    assert engine.detail["quarantined"] == {}
    assert numbers(await _all_findings(project.url("findings")), "anti_debugging") == load.expected


async def test_findings_are_complete_and_single_while_parts_are_killed(
    project: Project, docker: Docker, tmp_path: Path
) -> None:
    """An engine and OPA die in the middle of deeds on the host and in containers: each is found once."""
    project.scale(engine=3)
    base = names(docker)["BASE_IMAGE"]
    places = (("a", base), ("b", base), ("host", None))
    doers = [Doer(docker, image, tmp_path, f"deed-{name}") for name, image in places]

    def deeds() -> None:
        for doer in doers:
            doer.do(_DEEDS)

    deeds()
    killed = [project.kill("engine", 1)]
    deeds()
    killed.append(project.kill("opa"))
    deeds()
    # Gone before anyone can have looked at it.
    brief = Doer(docker, base, tmp_path, "deed-brief")
    brief.end()
    for doer in doers:
        doer.end()
    doers.append(brief)

    for container in killed:
        wait_for("the killed container runs again", lambda container=container: project.restarted(container))
    project.status()
    expected = Counter((doer.container, path) for doer in doers for path in doer.done)
    await _judged(project.url("operator"))
    assert _of(doers, await _all_findings(project.url("findings"))) == expected


async def test_the_example_service_prints_findings(project: Project, docker: Docker, tmp_path: Path) -> None:
    """What happens in a container appears in the log of the service that reads findings."""
    doer = Doer(docker, names(docker)["BASE_IMAGE"], tmp_path, "example")
    doer.end()
    assert doer.container is not None
    expected = f"{doer.container[:12]} Setuid or setgid bit set"
    wait_for("the finding's line", lambda: expected in project.compose("logs", "--no-log-prefix", "findings"))


async def test_a_signature_of_the_user_counts_at_once(
    project: Project, docker: Docker, signatures: Path, tmp_path: Path
) -> None:
    """A file in the folder that .env names is in force in all replicas without a restart."""
    text = """# METADATA
# title: Users added
# schemas:
# - input: schema.chmod_common
# custom:
#   id: XX-0001
#   severity: low
#   events: [chmod_common]
package signatures.own_signature

import rego.v2

finding contains {"pathname": input.args.pathname} if {
	input.event == "chmod_common"
	contains(input.args.pathname, "own-signature")
}
"""

    def loaded() -> set[int]:
        return {engine["detail"]["signatures"] for engine in project.status()["engines"]}

    before = loaded()
    (signatures / "own_signature.rego").write_text(text)
    try:
        wait_for("every replica has it", lambda: loaded() == {count + 1 for count in before})
        doer = Doer(docker, None, tmp_path, "own-signature")
        doer.do(1)
        doer.end()
        await _judged(project.url("operator"))
        found = await _all_findings(project.url("findings"))
        assert [f.data["pathname"] for f in found if f.signature.name == "own_signature"] == doer.done
    finally:
        (signatures / "own_signature.rego").unlink()


async def test_bridge_hands_findings_to_falcosidekick(
    project: Project, docker: Docker, tmp_path: Path
) -> None:
    """The optional service posts every field of a finding, to what is on its network and nowhere else."""
    bridge = ("--profile", "falco")
    project.compose(*bridge, "up", "--detach", "--no-recreate", "falco-bridge")
    receiver = Receiver(docker, project.network("alerts"))
    try:
        # From now on, unless it is told otherwise: nothing before that is its business.
        await _has_consumer(project.url("operator"), subjects.FINDINGS_STREAM, "bridge-falco")
        doer = Doer(docker, names(docker)["BASE_IMAGE"], tmp_path, "bridged")
        doer.do(2)
        doer.end()

        def posted() -> list[dict[str, Any]]:
            return [
                one
                for one in receiver.taken()
                if one["output_fields"]["tracewire.signature"] == "setuid_bit_set"
                and one["output_fields"]["tracewire.data.pathname"] in doer.done
            ]

        wait_for("the receiver has them", lambda: len(posted()) >= len(doer.done), _SETTLE_SECONDS)
        found = await _all_findings(project.url("findings"))
        expected = [
            msgspec.to_builtins(alert(one))
            for one in found
            if one.signature.name == "setuid_bit_set" and one.data["pathname"] in doer.done
        ]
        assert sorted(posted(), key=_uuid) == sorted(expected, key=_uuid)
        assert {one["output_fields"]["container.full_id"] for one in expected} == {doer.container}
    finally:
        receiver.end()
        project.compose(*bridge, "rm", "--stop", "--force", "falco-bridge")


def test_every_service_becomes_healthy(project: Project) -> None:
    """Each check asks the service itself, and each service is well."""
    services = ("nats", "opa", "collector", "inventory", "engine")

    def health() -> set[str]:
        states = [container["State"] for service in services for container in project.containers(service)]
        return {state["Health"]["Status"] for state in states}

    wait_for("every check succeeds", lambda: health() == {"healthy"})


async def test_the_inventory_knows_containers_by_name(
    project: Project, docker: Docker, tmp_path: Path
) -> None:
    """What Docker says of a container is on the bus under its id."""
    base = names(docker)["BASE_IMAGE"]
    doer = Doer(docker, base, tmp_path, "named")
    assert doer.container is not None
    name = docker.run("inspect", "--format", "{{.Name}}", doer.container).strip().removeprefix("/")
    async with bus.connection(project.url("operator"), "test") as client, asyncio.timeout(_SETTLE_SECONDS):
        bucket = await client.jetstream().key_value(subjects.INVENTORY_BUCKET)
        while True:
            try:
                known = msgspec.json.decode((await bucket.get(doer.container)).value or b"", type=Container)
            except KeyNotFoundError:
                await asyncio.sleep(_LOOK_SECONDS)
            else:
                break
    doer.end()
    assert (known.runtime, known.name, known.image) == ("docker", name, base)


def test_passwords_survive_a_second_start(project: Project) -> None:
    """Whoever was given a URL keeps access when everything is started again."""
    before = project.url("findings")
    project.scale(engine=1)
    assert project.url("findings") == before
