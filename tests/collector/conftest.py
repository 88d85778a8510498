"""Fixtures of the collector's tests: a small BPF object, NATS, the collector itself."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from collector.libbpf import BpfObject
from tests.collector.serving import Host
from tests.requirement import require
from tests.serving import Child, Nats
from tracewire import bus

NODE = "test-node"


@pytest.fixture(scope="session")
def sample_path(can_load_bpf: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`bpf/sample.bpf.c`, compiled."""
    for tool in ("clang", "bpftool"):
        require(shutil.which(tool) or Path(f"/usr/sbin/{tool}").exists(), f"needs {tool}: make setup")
    folder = tmp_path_factory.mktemp("bpf")
    path = f"{os.environ['PATH']}:/usr/sbin"
    types = subprocess.run(
        ["bpftool", "btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", "c"],
        check=True, capture_output=True, env={"PATH": path},
    )  # fmt: skip
    (folder / "vmlinux.h").write_bytes(types.stdout)
    source = Path(__file__).with_name("bpf") / "sample.bpf.c"
    target = folder / "sample.bpf.o"
    flags = ["-target", "bpf", "-O2", "-g", "-mcpu=v3", "-D__TARGET_ARCH_x86", f"-I{folder}"]
    subprocess.run(["clang", *flags, "-c", source, "-o", target], check=True, env={"PATH": path})
    return target


@pytest.fixture
def sample(sample_path: Path) -> Iterator[BpfObject]:
    """The object, open and not loaded, without its two programs that no kernel takes."""
    with BpfObject.open(sample_path) as bpf:
        bpf.programs["on_nothing"].autoload = False
        bpf.programs["reads_too_far"].autoload = False
        bpf.set_constant("watched_tgid", os.getpid())
        yield bpf


@pytest_asyncio.fixture
async def nats_server(tmp_path: Path) -> AsyncIterator[Nats]:
    """A real nats-server with JetStream."""
    folder = tmp_path / "nats"
    folder.mkdir()
    server = Nats(folder)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@pytest_asyncio.fixture
async def host(nats_server: Nats) -> AsyncIterator[Host]:
    """Somebody who asks a collector of this node for events and reads what it publishes."""
    client = await bus.connect(nats_server.url, "test", keep_trying=True)
    outside = Host(client, NODE)
    await outside.listen()
    try:
        yield outside
    finally:
        await client.close()


CollectorStarter = Callable[..., Awaitable[Child]]


@pytest_asyncio.fixture
async def start_collector(
    can_collect: None, nats_server: Nats, tmp_path: Path
) -> AsyncIterator[CollectorStarter]:
    """Starts `python -m collector`; settings go in as TRACEWIRE_* variables."""
    running: list[Child] = []

    async def start(**environment: str) -> Child:
        arguments = [sys.executable, "-m", "collector", "--nats", nats_server.url, "--node", NODE]
        child = Child(arguments, tmp_path / f"collector-{len(running)}.log", **environment)
        running.append(child)
        await child.start()
        return child

    try:
        yield start
    finally:
        for child in running:
            await child.stop(signal.SIGKILL)
            print(child.said())
