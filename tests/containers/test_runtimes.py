"""All runtimes together: who is asked, who is believed, and what is said of one that is broken."""

import asyncio
import json
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.inventory.docker import Change
from collector.inventory.runtimes import Runtimes
from tests.containers.engine import Engine
from tests.serving import until
from tracewire.settings import InventorySettings

ID = "ab" * 32
NOTHING = {
    "docker": "/nonexistent/d",
    "podman": "/nonexistent/p",
    "containerd": "/nonexistent/c",
    "crio": "/nonexistent/r",
}


def made(said: list[str], changes: list[Change], **places: str) -> Runtimes:
    """Runtimes that are nowhere but in *places*."""
    return Runtimes(InventorySettings(**(NOTHING | places)), changes.append, said.append)


async def test_without_any_runtime_nothing_is_known_and_nothing_refuted() -> None:
    runtimes = made(said := [], [])
    await runtimes.start(5)
    answer = await runtimes.describe(ID, None)
    runtimes.stop()

    assert (answer.description, answer.refuted) == (None, False)
    assert set(runtimes.conditions.values()) == {"not here"}
    assert said == []


async def test_bundle_of_containerd_is_found_in_any_namespace_but_dockers(tmp_path: Path) -> None:
    """Docker's own containers are containerd's too; Docker knows more of them."""
    for namespace in ("k8s.io", "moby"):
        folder = tmp_path / namespace / (ID if namespace == "k8s.io" else "cd" * 32)
        folder.mkdir(parents=True)
        notes = {"io.kubernetes.cri.container-name": "nginx"}
        (folder / "config.json").write_text(json.dumps({"annotations": notes}))
    runtimes = made([], [], containerd=str(tmp_path))
    found = await runtimes.describe(ID, "containerd")
    other = await runtimes.describe("cd" * 32, None)
    runtimes.stop()

    assert found.description is not None
    assert (found.description.runtime, found.description.name) == ("containerd", "nginx")
    assert (other.description, other.refuted) == (None, True)


async def test_runtime_that_is_not_the_one_asked_for_refutes_nothing(tmp_path: Path) -> None:
    """A cgroup named as podman names them, where only containerd can be asked."""
    runtimes = made([], [], containerd=str(tmp_path))
    answer = await runtimes.describe(ID, "podman")
    runtimes.stop()

    assert (answer.description, answer.refuted) == (None, False)


@pytest.mark.root
async def test_daemon_that_is_asked_refutes_and_announces(docker: Engine) -> None:
    changes: list[Change] = []
    runtimes = made([], changes, docker=str(docker.socket))
    await runtimes.start(5)
    identity = docker.create("told", "true")
    try:
        await until(lambda: any(each.id == identity for each in changes), "it is announced")
        known = await runtimes.describe(identity, None)
        unknown = await runtimes.describe(ID, None)
    finally:
        docker.remove(identity)
        runtimes.stop()

    assert known.description is not None
    assert known.description.name == "told"
    assert (unknown.description, unknown.refuted) == (None, True)


@pytest.fixture
def babbler(tmp_path: Path) -> Iterator[str]:
    """A socket whose server speaks no HTTP."""
    path = tmp_path / "babbler.sock"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(os.fsencode(path))
    listener.listen()

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.sendall(b"\x1b[2J nonsense\r\n\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    yield str(path)
    listener.shutdown(socket.SHUT_RDWR)
    thread.join()
    listener.close()


async def test_nonsense_is_said_once(babbler: str) -> None:
    """However often it is answered; and refutes no container."""
    runtimes = made(said := [], [], docker=babbler)
    await runtimes.start(5)
    answers = [await runtimes.describe(ID, None) for _ in range(3)]
    await asyncio.sleep(0)
    runtimes.stop()

    assert {(each.description, each.refuted) for each in answers} == {(None, False)}
    (sentence,) = said
    assert sentence.endswith("; its containers have only their ids")
    assert runtimes.conditions["docker"] not in {"ok", "not here"}


@pytest.mark.root
async def test_directory_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    runtimes = made(said := [], [], containerd=str(tmp_path / "file"))
    answer = await runtimes.describe(ID, None)
    runtimes.stop()

    assert (answer.description, answer.refuted) == (None, False)
    assert said == ["containerd cannot be asked: Not a directory; its containers have only their ids"]
