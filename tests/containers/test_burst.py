"""Many containers, ten in a second where the machine can: all of them created, attributed and removed."""

import asyncio
import time

import pytest

from tests.containers.conftest import Watcher
from tests.containers.engine import BOX, Engine
from tests.serving import until
from tracewire.interest import EventInterest
from tracewire.lease import leased

pytestmark = [pytest.mark.root, pytest.mark.nats, pytest.mark.timeout(300)]

_COUNT = 60
_EACH_SECONDS = 0.1


async def test_sixty_containers_are_all_seen(watched: Watcher, docker: Engine) -> None:
    """Each with one creation and one removal, its name, its image, and its own deed inside."""
    async with leased(watched.client, "a test", {"sched_process_exec": EventInterest()}):
        await watched.collected("sched_process_exec")
        names = {}
        for number in range(_COUNT):
            identity = docker.create(f"burst-{number}", "cat", f"/{number}", HostConfig={"AutoRemove": True})
            names[identity] = f"burst-{number}"
        begin = time.monotonic()
        starting = []
        for number, identity in enumerate(names):
            await asyncio.sleep(max(0.0, begin + number * _EACH_SECONDS - time.monotonic()))
            starting.append(asyncio.create_task(asyncio.to_thread(docker.start_container, identity)))
        await asyncio.gather(*starting)

        def all_removed() -> bool:
            gone = {args["container_id"] for args in watched.args("container_remove")}
            return names.keys() <= gone

        await until(all_removed, "all are removed", 120)

    made = watched.args("container_create")
    assert sorted(args["container_id"] for args in made) == sorted(names)
    assert {args["container_id"]: args["container_name"] for args in made} == names
    assert {args["container_image"] for args in made} == {BOX}
    assert sorted(args["container_id"] for args in watched.args("container_remove")) == sorted(names)
    for identity, name in names.items():
        (deed,) = [e for e in watched.inside("sched_process_exec", identity) if e.comm == b"cat"]
        assert deed.image.argv == b"cat\0/" + name.removeprefix("burst-").encode() + b"\0"
