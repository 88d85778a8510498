"""Containers of a running podman and a running containerd: created, named, attributed and removed."""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.containers.conftest import Starter, Watcher
from tests.containers.engine import CannotRunError
from tests.containers.runtime import IMAGE, Containerd, Podman
from tests.requirement import require
from tests.serving import until
from tracewire.clause import Condition, to_raw
from tracewire.interest import EventInterest
from tracewire.lease import leased
from tracewire.view import arguments

pytestmark = [pytest.mark.root, pytest.mark.nats, pytest.mark.timeout(180)]

_HOSTILE = "\x1b]0;owned\x07\x1b[2Jculprit"
_DEED = "/bin/busybox"
_OPEN = "security_file_open"
_INTEREST = {_OPEN: EventInterest(clauses=[to_raw({"args.pathname": Condition(suffix=(_DEED,))})])}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Podman refuses a path of more than 50 characters, which that of `tmp_path` is."""
    with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
        yield Path(name)


def _made(runtime: Callable[[Path], Any], folder: Path) -> Any:
    try:
        return runtime(folder)
    except CannotRunError as error:
        require(None, str(error))
        raise


def _told(watcher: Watcher, identity: str) -> dict[str, Any]:
    """What its creation tells, without its time."""
    (made,) = watcher.args("container_create", identity)
    return {key: value for key, value in made.items() if key != "ctime"}


def _deeds(watcher: Watcher, identity: str) -> set[tuple[bytes, str]]:
    """Who opened what in a container after its entry program began."""
    return {
        (event.comm, arguments(event)["pathname"])
        for event in watcher.inside(_OPEN, identity)
        if event.comm == b"cat"
    }


async def test_container_of_podman(
    can_collect: None, start: Starter, start_powerless: Starter, watcher: Watcher, folder: Path
) -> None:
    """Podman's service tells its name, its image, and the digest that podman gives to an imported image."""
    podman = _made(Podman, folder)
    async with podman.serve():
        await start()
        await start_powerless(TRACEWIRE_INVENTORY_PODMAN=str(podman.socket))
        await watcher.ready("inventory")
        async with leased(watcher.client, "a test", _INTEREST):
            await watcher.collected("cgroup_mkdir", "cgroup_rmdir", _OPEN)
            printed = await podman.run("culprit", "cat", "/proc/self/cgroup", _DEED)
            identity = re.findall(r"libpod-([0-9a-f]{64})", printed)[0]
            await until(lambda: watcher.args("container_remove", identity), "its removal is told")

    told = _told(watcher, identity)
    digest = told.pop("container_image_digest")
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest)
    assert told == {
        "runtime": "podman",
        "container_id": identity,
        "container_image": IMAGE,
        "container_name": "culprit",
        "pod_name": None,
        "pod_namespace": None,
        "pod_uid": None,
        "pod_sandbox": False,
    }
    assert len(watcher.args("container_remove", identity)) == 1
    assert (b"cat", _DEED) in _deeds(watcher, identity)


async def test_containers_of_containerd(
    can_collect: None, start: Starter, start_powerless: Starter, watcher: Watcher, folder: Path
) -> None:
    """What Kubernetes annotates is told as it is; one of `ctr` is named by its id."""
    containerd = _made(Containerd, folder)
    annotated, bare = "c0" * 32, "c1" * 32
    cri = "io.kubernetes.cri."
    notes = {
        cri + "container-name": _HOSTILE,
        cri + "image-name": IMAGE,
        cri + "container-type": "container",
        cri + "sandbox-name": "shop",
        cri + "sandbox-namespace": "front",
        cri + "sandbox-uid": "7",
    }
    async with containerd.serve():
        await start()
        await start_powerless(TRACEWIRE_INVENTORY_CONTAINERD=str(containerd.bundles))
        await watcher.ready("inventory")
        async with leased(watcher.client, "a test", _INTEREST):
            await watcher.collected("cgroup_mkdir", "cgroup_rmdir", _OPEN)
            for identity, annotations in ((annotated, notes), (bare, {})):
                await containerd.run(identity, annotations, "cat", _DEED)
                await until(lambda: watcher.args("container_remove", identity), "its removal is told")  # noqa: B023

    nothing = dict.fromkeys(("pod_name", "pod_namespace", "pod_uid", "container_image_digest"))
    of_containerd = {"runtime": "containerd", "pod_sandbox": False}
    assert _told(watcher, annotated) == {
        **of_containerd,
        "container_id": annotated,
        "container_image": IMAGE,
        "container_image_digest": None,
        "container_name": _HOSTILE,
        "pod_name": "shop",
        "pod_namespace": "front",
        "pod_uid": "7",
    }
    assert _told(watcher, bare) == {
        **of_containerd,
        **nothing,
        "container_id": bare,
        "container_image": None,
        "container_name": bare,
    }
    for identity in (annotated, bare):
        assert len(watcher.args("container_remove", identity)) == 1
        assert (b"cat", _DEED) in _deeds(watcher, identity)
