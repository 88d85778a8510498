"""Two hundred containers, ten of them started in each second: all created, attributed and removed."""

import asyncio
import hashlib
import time
from pathlib import Path

import pytest

from tests.containers.conftest import Starter, Watcher
from tests.containers.engine import CannotRunError
from tests.containers.runtime import IMAGE, Runc
from tests.requirement import require
from tests.serving import until
from tracewire.clause import Condition, to_raw
from tracewire.interest import EventInterest
from tracewire.lease import leased
from tracewire.view import arguments

pytestmark = [pytest.mark.root, pytest.mark.nats, pytest.mark.timeout(300)]

_COUNT = 200
_A_SECOND = 10
_OPEN = "security_file_open"
_DEED = "/bin/busybox"


async def test_two_hundred_containers_at_ten_a_second(
    can_collect: None, start: Starter, start_powerless: Starter, watcher: Watcher, tmp_path: Path
) -> None:
    """Run by runc, as containerd does: Docker's daemon is slower than that on a small machine."""
    try:
        runc = Runc(tmp_path)
    except CannotRunError as error:
        require(None, str(error))
        raise
    names = {hashlib.sha256(b"%d" % number).hexdigest(): f"rate-{number}" for number in range(_COUNT)}
    for identity, name in names.items():
        runc.prepare(identity, name, "/bin/cat", _DEED)
    await start()
    await start_powerless(TRACEWIRE_INVENTORY_CONTAINERD=str(runc.bundles))
    await watcher.ready("inventory")
    wanted = {_OPEN: EventInterest(clauses=[to_raw({"args.pathname": Condition(equal=(_DEED,))})])}
    async with leased(watcher.client, "a test", wanted):
        await watcher.collected("cgroup_mkdir", "cgroup_rmdir", _OPEN)
        begin = time.monotonic()
        running = []
        for number, identity in enumerate(names):
            await asyncio.sleep(max(0.0, begin + number / _A_SECOND - time.monotonic()))
            running.append(asyncio.create_task(runc.run(identity)))
        await asyncio.gather(*running)
        seconds = time.monotonic() - begin
        await until(
            lambda: len(watcher.args("container_remove")) >= _COUNT, "as many removals as containers", 60
        )

    print(f"{_COUNT / seconds:.1f} containers a second, from the first start to the last end")
    made = watcher.args("container_create")
    assert sorted(args["container_id"] for args in made) == sorted(names)
    assert {args["container_id"]: args["container_name"] for args in made} == names
    assert {args["container_image"] for args in made} == {IMAGE}
    assert sorted(args["container_id"] for args in watcher.args("container_remove")) == sorted(names)
    read = {
        identity
        for identity in names
        for event in watcher.inside(_OPEN, identity)
        if (event.comm, arguments(event)["pathname"]) == (b"cat", _DEED)
    }
    assert read == names.keys()
