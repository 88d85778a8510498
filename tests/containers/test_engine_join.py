"""What the inventory tells is part of what signatures see and of what they find."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from tests.engine import making, rego
from tests.engine.conftest import Stage
from tracewire import bus, subjects
from tracewire.event import Event, ProcessImage
from tracewire.finding import ContainerView, PodView
from tracewire.inventory import Container

pytestmark = [pytest.mark.nats, pytest.mark.opa]

ID = "ab" * 32
POD = PodView(name="web-0", namespace="shop", uid="1-2-3")
WEB = Container(
    id=ID, node="vm-1", runtime="docker", name="web", image="nginx:1.27", image_digest="sha256:0", pod=POD
)
SEEN = ContainerView(
    id=ID, runtime="docker", name="web", image="nginx:1.27", image_digest="sha256:0", started=True
)

IN_THE_SHOP = rego.signature(
    "in_the_shop",
    """finding contains {"image": input.container.image, "pod": input.pod.name} if {
	input.event == "ptrace"
	input.pod.namespace == "shop"
	input.container.started
}""",
    identifier="TW-9003",
)


def inside(number: int, identity: str = ID, *, started: bool | None = True) -> Event:
    """A PTRACE_TRACEME in a container."""
    image = ProcessImage(exe=b"/bin/dropper", cgroup=identity.encode(), argv=b"dropper\0", started=started)
    return msgspec.structs.replace(making.traceme(number), image=image)


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Bus, OPA and engine, with one signature for any event and one for those of a pod."""
    built = Stage(tmp_path)
    built.sign("traceme", rego.TRACEME)
    try:
        yield built
    finally:
        await built.stop()


async def tell(stage: Stage, container: Container) -> None:
    """Play the inventory."""
    bucket = await bus.bucket_of(stage.client.jetstream(), subjects.INVENTORY_BUCKET)
    await bucket.put(container.id, msgspec.json.encode(container))


async def test_finding_has_what_is_known_of_its_container(stage: Stage) -> None:
    """And a signature may ask for it."""
    stage.sign("in_the_shop", IN_THE_SHOP)
    await stage.start()
    await tell(stage, WEB)
    await stage.publish(making.batch(inside(1)))

    found = {each.signature.name: each for each in await stage.findings(2)}
    assert found["in_the_shop"].data == {"image": "nginx:1.27", "pod": "web-0"}
    assert [(each.container, each.pod) for each in found.values()] == [(SEEN, POD)] * 2


async def test_container_told_a_moment_later_is_waited_for(stage: Stage) -> None:
    """And nobody else waits meanwhile: what comes after it is found before."""
    await stage.start()
    await stage.publish(making.batch(inside(1)))
    await stage.publish(making.batch(making.event("ptrace", 0, 0, 0, 0, image=ProcessImage()), sequence=1))
    (first,) = await stage.findings(1)
    await tell(stage, WEB)
    later = next(each for each in await stage.findings(2) if each.id != first.id)

    assert first.container is None
    assert (later.container, later.pod) == (SEEN, POD)


async def test_container_that_nobody_tells_is_null_after_a_moment(stage: Stage) -> None:
    """The first event waits for half a second, the next ones for nothing; the id is known all the same."""
    await stage.start()
    begin = time.monotonic()
    await stage.publish(making.batch(inside(1)))
    await stage.findings(1)
    first = time.monotonic() - begin
    begin = time.monotonic()
    await stage.publish(making.batch(*(inside(number) for number in range(2, 12)), sequence=1))
    found = await stage.findings(11)

    assert 0.4 < first < 5
    assert time.monotonic() - begin < first
    assert {each.container for each in found} == {ContainerView(id=ID, started=True)}
    assert {each.pod for each in found} == {None}


async def test_redelivered_event_has_its_container_after_the_engine_was_killed(stage: Stage) -> None:
    """Nothing that the engine knew is lost with it."""
    await stage.start()
    await tell(stage, WEB)
    await stage.engine.stop()
    await stage.publish(making.batch(inside(1)))
    await stage.engine.start()

    (found,) = await stage.findings(1)
    assert found.container == SEEN


@pytest.mark.parametrize("started", [None, False])
async def test_entry_of_a_container_is_told_apart(stage: Stage, started: bool | None) -> None:  # noqa: FBT001
    """As the kernel saw it; an older collector did not say."""
    await stage.start()
    await tell(stage, WEB)
    await stage.publish(making.batch(inside(1, started=started)))

    (found,) = await stage.findings(1)
    assert found.container == msgspec.structs.replace(SEEN, started=started)
