"""How many of 200 containers, started and stopped at 10 a second, are created, attributed and removed?

Needs a machine that can run a Docker engine, which it starts for itself:

    python -m bench.containers
"""

import asyncio
import contextlib
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from nats.aio.msg import Msg

from bench.product import NeverHappenedError, Product, until
from bench.result import Result, result, table
from tests.containers.engine import BOX, CannotRunError, Engine, engine
from tracewire import subjects
from tracewire.batch import Batch
from tracewire.catalogue import BY_ID
from tracewire.up import identity
from tracewire.view import arguments, view_container

_COUNT, _QUICK_COUNT = 200, 40
_A_SECOND = 10.0
_PATIENCE_SECONDS = 120.0
_MACHINE = 4
_ROOT = str(Path(__file__).resolve().parent.parent)


class Seen:
    """What events say of containers."""

    def __init__(self) -> None:
        self.created: list[dict[str, Any]] = []
        self.removed: list[str] = []
        self.deeds: set[tuple[str, bytes]] = set()

    async def take(self, message: Msg) -> None:
        """Look at one batch."""
        for event in Batch(message.data).events():
            match BY_ID[event.event_id].name:
                case "container_create":
                    self.created.append(arguments(event))
                case "container_remove":
                    self.removed.append(arguments(event)["container_id"])
                case "sched_process_exec" if (container := view_container(event)) and event.image.argv:
                    self.deeds.add((container.id, event.image.argv))
                case _:
                    pass


async def _run(docker: Engine, names: dict[str, str]) -> float:
    """Start all at the rate, each of which ends by itself; how many a second it was."""
    begin = time.monotonic()
    starting = []
    for number, container in enumerate(names):
        await asyncio.sleep(max(0.0, begin + number / _A_SECOND - time.monotonic()))
        starting.append(asyncio.create_task(asyncio.to_thread(docker.start_container, container)))
    await asyncio.gather(*starting)
    return len(names) / (time.monotonic() - begin)


async def measure(*, quick: bool) -> list[Result]:
    """The results.

    Raises:
        CannotRunError: No Docker engine runs here.
    """
    count = _QUICK_COUNT if quick else _COUNT
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tracewire-docker-")))
        docker = stack.enter_context(engine(folder, "tracewire-bench-containers"))
        async with Product() as product:
            seen = Seen()
            await product.client.subscribe(subjects.ALL_EVENTS, cb=seen.take)
            product.collector()
            program = product.plan.inventory(identity.powerless())
            environment = program.environment | {"TRACEWIRE_INVENTORY_DOCKER": str(docker.socket)}
            inventory = product.start(msgspec.structs.replace(program, environment=environment, folder=_ROOT))

            async def ready() -> bool:
                status = await product.status("inventory")
                return status is not None and status.ready

            await until("the inventory is ready", ready)
            async with product.wanting("sched_process_exec", "cgroup_mkdir", "cgroup_rmdir"):
                names = {}
                for number in range(count):
                    options = {"AutoRemove": True}
                    made = docker.create(f"bench-{number}", "cat", f"/{number}", HostConfig=options)
                    names[made] = f"bench-{number}"
                before = inventory.cpu()
                rate = await _run(docker, names)

                async def all_removed() -> bool:
                    return names.keys() <= set(seen.removed)

                with contextlib.suppress(NeverHappenedError):
                    await until("all are removed", all_removed, _PATIENCE_SECONDS)
                cost = inventory.cpu() - before
    return _results(names, seen, rate, cost)


def _results(names: dict[str, str], seen: Seen, rate: float, cost: int) -> list[Result]:
    created = [each["container_id"] for each in seen.created]
    named = sum(
        (each["container_name"], each["container_image"]) == (names.get(each["container_id"]), BOX)
        for each in seen.created
    )
    deeds = {(made, f"cat\0/{name.removeprefix('bench-')}\0".encode()) for made, name in names.items()}
    count = len(names)
    figures = [
        ("containers_started", rate, "1/s", 0.9 * _A_SECOND),
        ("containers_created_once", sum(created.count(each) == 1 for each in names), "containers", count),
        ("containers_named", named, "containers", count),
        ("containers_attributed", len(deeds & seen.deeds), "containers", count),
        (
            "containers_removed_once",
            sum(seen.removed.count(each) == 1 for each in names),
            "containers",
            count,
        ),
    ]
    results = [result(name, value, unit, at_least=goal) for name, value, unit, goal in figures]
    results.append(result("inventory_cpu_per_container", cost / count / 1e6, "ms"))
    return results


def main() -> int:
    """Measure, print, and return the exit code."""
    try:
        results = uvloop.run(measure(quick="--quick" in sys.argv))
    except CannotRunError as error:
        print(f"bench: {error}", file=sys.stderr)
        return _MACHINE
    print("\n".join(table(results)))
    return 0 if all(each.met is not False for each in results) else 1


if __name__ == "__main__":
    sys.exit(main())
