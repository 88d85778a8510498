"""Containers of a real engine, from the kernel's events to the inventory on the bus."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.containers.conftest import NODE, Watcher
from tests.containers.engine import BOX, Engine
from tests.serving import Child, until
from tracewire.inventory import Container

pytestmark = [pytest.mark.root, pytest.mark.nats]

InventoryStarter = Callable[..., Awaitable[Child]]


async def test_container_is_announced_described_and_removed(watched: Watcher, docker: Engine) -> None:
    """One event each, with Tracee's arguments; in the bucket all that the runtime knows."""
    labels = {"tier": "front", "esc": "\x1b[2J"}
    identity = await asyncio.to_thread(docker.run, "web", "true", Labels=labels)

    await until(lambda: watched.args("container_remove", identity), "the removal is announced")
    (made,) = watched.args("container_create", identity)
    ctime = made.pop("ctime")
    assert made == {
        "runtime": "docker",
        "container_id": identity,
        "container_image": BOX,
        "container_image_digest": None,
        "container_name": "web",
        "pod_name": None,
        "pod_namespace": None,
        "pod_uid": None,
        "pod_sandbox": False,
    }
    assert watched.args("container_remove", identity) == [{"runtime": "docker", "container_id": identity}]
    (first, *_) = [e for e in watched.events("cgroup_mkdir") if identity.encode() in bytes(e.args)]
    (created,) = watched.events("container_create")
    assert (created.time, created.pid, created.comm) == (first.time, first.pid, first.comm)
    assert ctime == first.time + watched.batches[0].header.clock_offset

    async def told_as_removed() -> Container | None:
        told = await watched.told(identity)
        return told if told and told.removed else None

    told = await until(told_as_removed, "the bucket says that it is gone")
    assert told == Container(
        id=identity,
        node=NODE,
        runtime="docker",
        name="web",
        image=BOX,
        labels=labels,
        created=told.created,
        removed=told.removed,
    )
    assert told.created < told.removed


async def test_inventory_holds_no_capability(watched: Watcher) -> None:
    """It reads what runtimes and strangers wrote: with nothing to gain from it."""
    status = await watched.ready("inventory")
    text = Path(f"/proc/{status.pid}/status").read_text()  # noqa: ASYNC240  (procfs does not block)
    lines = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)

    assert {lines[name] for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {"0" * 16}
    assert lines["NoNewPrivs"] == "1"


async def test_container_that_is_gone_at_once_has_its_name(watched: Watcher, docker: Engine) -> None:
    """Its first process lives for a moment, and Docker itself forgets it at its end."""
    identities = []
    for number in range(5):
        identity = docker.create(f"brief-{number}", "true", HostConfig={"AutoRemove": True})
        await asyncio.to_thread(docker.start_container, identity)
        identities.append(identity)

    for number, identity in enumerate(identities):
        await until(lambda: watched.args("container_remove", identity), "it is removed")  # noqa: B023
        (made,) = watched.args("container_create", identity)
        assert (made["container_name"], made["container_image"]) == (f"brief-{number}", BOX)


async def test_existing_containers_are_told_at_the_start(
    start_inventory: InventoryStarter, watcher: Watcher, docker: Engine
) -> None:
    """Running ones, with their names; one that is only stopped is none."""
    stopped = docker.create("stopped", "true")
    identity = docker.create("old", "sleep", "1000")
    docker.start_container(identity)
    try:
        await start_inventory()
        await until(lambda: watcher.args("existing_container", identity), "it is announced")
        (existing,) = watcher.args("existing_container")
        told = await watcher.told(identity)
    finally:
        docker.remove(identity)
        docker.remove(stopped)

    created = docker_time = existing.pop("ctime")
    assert existing == {
        "runtime": "docker",
        "container_id": identity,
        "container_image": BOX,
        "container_image_digest": None,
        "container_name": "old",
        "pod_name": None,
        "pod_namespace": None,
        "pod_uid": None,
        "pod_sandbox": False,
    }
    assert created == docker_time > 1_700_000_000_000_000_000
    assert told is not None
    assert (told.name, told.removed) == ("old", None)


async def test_restarted_container_is_removed_and_created_again(watched: Watcher, docker: Engine) -> None:
    """Under one id, each time with its name."""
    identity = docker.create("again", "true")
    try:
        for count in (1, 2):
            await asyncio.to_thread(docker.start_container, identity)
            await asyncio.to_thread(docker.wait, identity)
            await until(
                lambda: len(watched.args("container_remove", identity)) == count,  # noqa: B023
                f"it is removed {count} times",
            )
    finally:
        docker.remove(identity)

    assert [args["container_name"] for args in watched.args("container_create", identity)] == ["again"] * 2


async def test_renamed_container_is_told_by_its_new_name(watched: Watcher, docker: Engine) -> None:
    identity = docker.create("before", "sleep", "1000")
    try:
        docker.start_container(identity)
        await until(lambda: watched.args("container_create", identity), "it is created")
        docker.demand("POST", f"/containers/{identity}/rename?name=after")

        async def is_renamed() -> bool:
            told = await watched.told(identity)
            return told is not None and told.name == "after"

        await until(is_renamed, "the bucket has the new name")
    finally:
        docker.remove(identity)


async def test_entry_leaves_the_bucket_a_while_after_the_container(
    can_collect: None,
    start: Callable[..., Awaitable[Child]],
    start_inventory: InventoryStarter,
    watcher: Watcher,
    docker: Engine,
) -> None:
    await start()
    await start_inventory(TRACEWIRE_INVENTORY_KEEP_SECONDS="0.5")
    await watcher.ready("inventory")
    await watcher.collected("cgroup_mkdir")
    identity = await asyncio.to_thread(docker.run, "short", "true")
    await until(lambda: watcher.args("container_remove", identity), "it is removed")

    async def is_forgotten() -> bool:
        return await watcher.told(identity) is None

    await until(is_forgotten, "it is no longer in the bucket")


@pytest.mark.parametrize("systemd", [False, True])
async def test_cgroup_that_no_runtime_knows_is_no_container(
    watched: Watcher, docker: Engine, *, systemd: bool
) -> None:
    """Neither named like one nor exactly as one: who may make cgroups does not make containers."""
    right = "ab" * 32
    names = [f"docker-{right}.scope"] if systemd else [right]
    names += [right[:-1], right + "0", right.upper(), f"lxc-{right}.scope", f"docker-{right}.scope.x"]
    root = next(each for each in (Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup")) if each.is_dir())
    for name in names:
        (root / name).mkdir()
    try:
        identity = await asyncio.to_thread(docker.run, f"real-{systemd}", "true")
        await until(lambda: watched.args("container_create", identity), "the real one is created")

        async def is_unconfirmed() -> bool:
            status = await watched.status("inventory")
            return status is not None and status.detail["unconfirmed"] == 1

        await until(is_unconfirmed, "the other one is known for what it is")
    finally:
        for name in names:
            (root / name).rmdir()

    assert {args["container_id"] for args in watched.args("container_create")} == {identity}
    assert await watched.told(right) is None


async def test_without_a_runtime_containers_have_their_ids(
    can_collect: None,
    start: Callable[..., Awaitable[Child]],
    start_inventory: InventoryStarter,
    watcher: Watcher,
    docker: Engine,
) -> None:
    """Said once in the log, and in the status."""
    await start()
    await start_inventory(TRACEWIRE_INVENTORY_DOCKER="/nonexistent/docker.sock")
    await watcher.ready("inventory")
    await watcher.collected("cgroup_mkdir")
    identity = docker.create("nameless", "sleep", "1000")
    try:
        docker.start_container(identity)
        await until(lambda: watcher.args("container_create", identity), "it is created")
        status = await watcher.ready("inventory")
    finally:
        docker.remove(identity)

    assert watcher.args("container_create", identity)[0]["container_name"] is None
    assert watcher.args("container_create", identity)[0]["runtime"] is None
    assert status.detail["runtimes"]["docker"] == "not here"
    assert status.problems == ["1 containers are known by their ids only"]


async def test_inventory_that_was_away_catches_up(
    can_collect: None,
    start: Callable[..., Awaitable[Child]],
    start_inventory: InventoryStarter,
    watcher: Watcher,
    docker: Engine,
) -> None:
    """A container that came and went while it was killed is announced by name, once, when it is back."""
    await start()
    first = await start_inventory()
    await watcher.ready("inventory")
    await watcher.collected("cgroup_mkdir", "cgroup_rmdir")
    await first.stop()
    identity = await asyncio.to_thread(docker.run, "meanwhile", "true")
    await start_inventory()
    await until(lambda: watcher.args("container_remove", identity), "its removal is announced")

    (made,) = watcher.args("container_create", identity)
    assert made["container_name"] == "meanwhile"
    assert watcher.args("existing_container", identity) == []
