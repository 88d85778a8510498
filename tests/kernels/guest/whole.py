"""A whole collector and an inventory on one version of cgroups, while the time of day is set.

To be run where nobody else minds: in a guest, or in a mount namespace of its own with --keep-time.
Finds cgroup v2 mounted at /sys/fs/cgroup. Prints one JSON line for each fact.
"""

import argparse
import asyncio
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from tests.kernels.guest.loads import report_to
from tracewire import bus, subjects
from tracewire.batch import Batch, BatchHeader
from tracewire.catalogue import BY_ID
from tracewire.event import Event
from tracewire.interest import EventInterest, Interest
from tracewire.status import ServiceStatus
from tracewire.view import arguments, view_container

_NODE = "guest"
_CGROUPS = Path("/sys/fs/cgroup")
_CONTROLLERS = ("memory", "pids")
_JUMPS = (3_600, -86_400)
_MOST_DEEDS = 200
_PATIENCE_SECONDS = 120.0
_SECOND = 1_000_000_000


def _mount(kind: str, options: str, place: Path) -> None:
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", kind, "-o", options, kind, str(place)], check=True)


def _hierarchies(version: str) -> list[Path]:
    """Mount what *version* says in the place of v2; the roots."""
    if version == "v2":
        return [_CGROUPS]
    subprocess.run(["umount", str(_CGROUPS)], check=True)
    _mount("tmpfs", "mode=755", _CGROUPS)
    roots = []
    for controller in _CONTROLLERS:
        try:
            _mount("cgroup", controller, _CGROUPS / controller)
        except subprocess.CalledProcessError:
            continue  # This kernel has it in v2 alone.
        roots.append(_CGROUPS / controller)
    return roots


class _Watcher:
    """What a collector and an inventory publish.

    Attributes:
        folder: For files that deeds are done to, and bundles of containers.
        roots: Of the hierarchies of cgroups.
    """

    def __init__(self, client: Client, folder: Path, roots: list[Path]) -> None:
        self.client = client
        self.folder = folder
        self.roots = roots
        self.events: list[tuple[Event, BatchHeader]] = []

    async def listen(self) -> None:
        await bus.provide(self.client.jetstream())
        await self.client.subscribe(subjects.ALL_EVENTS, cb=self._take)

    async def _take(self, message: Msg) -> None:
        batch = Batch(message.data)
        self.events += [(event, batch.header) for event in batch.events()]

    def named(self, name: str) -> list[tuple[Event, BatchHeader]]:
        return [one for one in self.events if BY_ID[one[0].event_id].name == name]

    async def status(self) -> dict[str, ServiceStatus]:
        """By service, of those that answer within a second."""
        found: dict[str, ServiceStatus] = {}

        async def take(message: Msg) -> None:
            if message.data:
                status = msgspec.json.decode(message.data, type=ServiceStatus)
                found[status.service] = status

        inbox = self.client.new_inbox()
        subscription = await self.client.subscribe(inbox, cb=take)
        await self.client.publish(subjects.STATUS, reply=inbox)
        await asyncio.sleep(1)
        await subscription.unsubscribe()
        return found

    async def want(self, *names: str) -> None:
        """Have these events collected, without an end."""
        bucket = await bus.bucket_of(self.client.jetstream(), subjects.INTEREST_BUCKET)
        interest = Interest(asker="a test", events={name: EventInterest() for name in names})
        await bucket.put("test", msgspec.json.encode(interest))


async def _until(what: str, found: Callable[[], Awaitable[Any]]) -> Any:
    """What *found* returns once it is something."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not (result := await found()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {_PATIENCE_SECONDS:g} s: {what}")
        await asyncio.sleep(0.05)
    return result


def _deed(path: Path, cgroups: list[Path]) -> None:
    path.touch()
    moves = "".join(f"echo $$ > {cgroup}/cgroup.procs; " for cgroup in cgroups)
    subprocess.run(["sh", "-c", f"{moves}exec chmod 600 {path}"], check=True)


async def _chmod(watcher: _Watcher, name: str, cgroups: list[Path]) -> tuple[Event, BatchHeader]:
    """The event of a process that changes the mode of a file called *name*, in these cgroups."""
    path = watcher.folder / name
    await asyncio.to_thread(_deed, path, cgroups)

    async def told() -> tuple[Event, BatchHeader] | None:
        found = [one for one in watcher.named("chmod_common") if arguments(one[0])["pathname"] == str(path)]
        return found[0] if found else None

    return await _until(f"a change of {path}", told)


def _make(watcher: _Watcher, name: str, identity: str) -> list[Path]:
    """The bundle and the cgroups of a container, as containerd makes them for Kubernetes."""
    bundle = watcher.folder / "bundles" / "k8s.io" / identity
    bundle.mkdir(parents=True)
    notes = {"io.kubernetes.cri.container-name": name, "io.kubernetes.cri.image-name": "box"}
    (bundle / "config.json").write_text(json.dumps({"annotations": notes}))
    cgroups = [root / f"k8s.io-{os.getpid()}" / identity for root in watcher.roots]
    for cgroup in cgroups:
        cgroup.mkdir(parents=True)
    return cgroups


async def _container(watcher: _Watcher, name: str) -> dict[str, Any]:
    """A container from its creation to its removal, and what was told of it."""
    identity = secrets.token_hex(32)
    cgroups = _make(watcher, name, identity)
    event, _ = await _chmod(watcher, name, cgroups)
    for cgroup in cgroups:
        cgroup.rmdir()
        cgroup.parent.rmdir()

    def of(kind: str) -> list[dict[str, Any]]:
        found = [arguments(one) for one, _ in watcher.named(kind)]
        return [args for args in found if args["container_id"] == identity]

    async def removed() -> bool:
        return bool(of("container_remove"))

    await _until(f"the removal of {name}", removed)
    inside = view_container(event)
    return {
        "container": name,
        "attributed": inside is not None and inside.id == identity,
        "created": [[args["container_name"], args["container_image"]] for args in of("container_create")],
        "removed": len(of("container_remove")),
    }


async def _jump(watcher: _Watcher, seconds: int) -> dict[str, Any]:
    """Set the time of day, and do deeds until their events tell it right."""
    time.clock_settime_ns(time.CLOCK_REALTIME, time.time_ns() + seconds * _SECOND)
    begin, number = time.monotonic(), 0
    while True:
        before = time.time_ns()
        event, header = await _chmod(watcher, f"jump-{seconds}-{number}", [])
        off = (event.time + header.clock_offset - before) / _SECOND
        if abs(off) < 1 or number > _MOST_DEEDS:
            break
        number += 1
    return {"jump": seconds, "off": round(off, 1), "followed_after": round(time.monotonic() - begin, 1)}


async def _look(url: str, folder: Path, roots: list[Path], jumps: tuple[int, ...]) -> None:
    client = await bus.connect(url, "a test", keep_trying=True)
    watcher = _Watcher(client, folder, roots)
    await watcher.listen()
    await watcher.want("chmod_common")

    async def ready() -> bool:
        found = await watcher.status()
        collected = found["collector"].detail["interest"] if "collector" in found else {}
        names = ("chmod_common", "cgroup_mkdir", "cgroup_rmdir")
        return all(collected.get(name) for name in names) and "inventory" in found

    await _until("collector and inventory are at work", ready)
    tell(await _container(watcher, "before"))
    for seconds in jumps:
        tell(await _jump(watcher, seconds))
        tell(await _container(watcher, f"after{seconds:+}"))
    tell({"sessions": len({header.session for _, header in watcher.named("chmod_common")})})
    await client.close()


def tell(fact: dict[str, Any]) -> None:
    """Print it."""
    print(json.dumps(fact), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", choices=("v1", "v2"))
    parser.add_argument("--nats-server", default="/bin/nats-server", metavar="PROGRAM")
    parser.add_argument("--address", default="127.0.0.1:4222", help="for NATS to listen on")
    parser.add_argument("--folder", default="/tmp", type=Path, help="for everything that is written")
    parser.add_argument("--keep-time", action="store_true", help="the clock is not this test's to set")
    return parser.parse_args()


def main() -> None:
    """Start everything, look, and stop it."""
    chosen = _arguments()
    folder, url = chosen.folder, f"nats://{chosen.address}"
    roots = _hierarchies(chosen.version)
    tell({"hierarchies": [str(root.relative_to(_CGROUPS)) for root in roots]})
    settings, log = folder / "nats.conf", folder / "log"
    # More than a guest has: what is asked for is reserved, and never used here.
    settings.write_text(
        f'listen: "{chosen.address}"\njetstream: {{store_dir: "{folder}/nats", max_file_store: 1TB}}\n'
    )
    collector = [sys.executable, "-m", "collector", "--nats", url, "--node", _NODE]
    commands = [[chosen.nats_server, "--config", str(settings)], collector, [*collector, "inventory"]]
    environment = {**os.environ, "TRACEWIRE_INVENTORY_CONTAINERD": str(folder / "bundles")}
    with log.open("w") as output:
        running = [
            subprocess.Popen(command, stdout=output, stderr=output, env=environment) for command in commands
        ]
    try:
        asyncio.run(_look(url, folder, roots, () if chosen.keep_time else _JUMPS))
    except BaseException:
        print(log.read_text(errors="backslashreplace"), flush=True)
        raise
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(60)


if __name__ == "__main__":
    if "KERNEL_RESULTS" in os.environ:
        report_to(os.environ["KERNEL_RESULTS"])
    main()
