"""Two collectors on one bus, the second in network and mount namespaces of its own."""

import asyncio
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from nats.aio.msg import Msg

from tests.containers.conftest import NODE, Starter, Watcher
from tests.requirement import require
from tests.serving import Nats, until
from tracewire import bus, subjects
from tracewire.batch import Batch
from tracewire.interest import EventInterest
from tracewire.lease import leased
from tracewire.ledger import Ledger

pytestmark = [pytest.mark.root, pytest.mark.nats]

OTHER = "other.node"
_HERE, _THERE = "198.18.91.1", "198.18.91.2"  # RFC 2544: of nobody's network


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@pytest.fixture
def namespace() -> Iterator[str]:
    """A network namespace with nothing but a link to ours."""
    name = f"tw{secrets.token_hex(4)}"
    try:
        _ip("netns", "add", name)
        _ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
    except (OSError, subprocess.CalledProcessError) as error:
        subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)
        require(None, f"needs network namespaces: {error}")
        raise
    try:
        _ip("address", "add", f"{_HERE}/30", "dev", name)
        _ip("link", "set", name, "up")
        for arguments in (["address", "add", f"{_THERE}/30", "dev", "eth0"], ["link", "set", "eth0", "up"]):
            _ip("-n", name, *arguments)
        yield name
    finally:
        # Its other end goes with it; the namespace itself goes when the last process has left it.
        _ip("link", "delete", name)
        _ip("netns", "delete", name)


@pytest.fixture
async def nats_server(tmp_path: Path, namespace: str) -> object:
    """A nats-server that both namespaces reach: it listens on the link between them."""
    folder = tmp_path / "nats"
    folder.mkdir()
    server = Nats(folder)
    server.arguments[server.arguments.index("-a") + 1] = "0.0.0.0"  # noqa: S104  (loopback and the link)
    await server.start()
    yield server
    await server.stop()


async def test_two_nodes_do_not_disturb_each_other(
    can_collect: None, start: Starter, watcher: Watcher, nats_server: Nats, namespace: str
) -> None:
    """Each publishes under its own name, its books balance, and one goes on when the other is killed."""
    ledgers: dict[str, Ledger] = {}

    async def book(message: Msg) -> None:
        ledger = msgspec.json.decode(message.data, type=Ledger)
        ledgers[ledger.node] = ledger

    await watcher.client.subscribe(subjects.ALL_LEDGERS, cb=book)
    await start()
    far = await start(
        node=OTHER,
        nats=f"nats://{_HERE}:{nats_server.port}",
        # `ip netns exec` mounts a sysfs of its own, which hides the cgroup hierarchies.
        prefix=("nsenter", f"--net=/run/netns/{namespace}", "unshare", "--mount"),
    )
    wanted = {"sched_process_exec": EventInterest(), "security_socket_connect": EventInterest()}
    async with leased(watcher.client, "a test", wanted):
        for node in (NODE, OTHER):
            await watcher.collected(*wanted, node=node)
        first = await asyncio.create_subprocess_exec("/bin/true")
        await first.wait()

        def seen_on(node: str, pid: int) -> bool:
            return any(e.pid == pid for e in watcher.events("sched_process_exec", node=node))

        # One kernel: each of them sees all of it, and once.
        for node in (NODE, OTHER):
            await until(lambda: seen_on(node, first.pid), f"{node} sees it")  # noqa: B023
            found = [e for e in watcher.events("sched_process_exec", node=node) if e.pid == first.pid]
            assert len(found) == 1

        def balanced() -> bool:
            books = [ledgers.get(node) for node in (NODE, OTHER)]
            return all(
                ledger is not None
                and ledger.events["sched_process_exec"].published > 0
                and all(counts.balance() == 0 for counts in ledger.events.values())
                for ledger in books
            )

        await until(balanced, "both books balance")
        assert ledgers[NODE].session != ledgers[OTHER].session
        for node in (NODE, OTHER):
            _assert_no_gaps([b for b in watcher.batches if b.header.node == node])

        await far.stop()
        second = await asyncio.create_subprocess_exec("/bin/true")
        await second.wait()
        await until(lambda: seen_on(NODE, second.pid), "the other one goes on")
        status = await watcher.ready("collector")

    assert not seen_on(OTHER, second.pid)
    assert status.problems == []
    stored = await watcher.client.jetstream().stream_info(subjects.EVENTS_STREAM, subjects_filter=">")
    nodes = {subject.split(".")[2] for subject in stored.state.subjects or {}}
    assert nodes == {NODE, subjects.token(OTHER)}


def _assert_no_gaps(batches: list[Batch]) -> None:
    """Each session's batches of a family are numbered without a gap."""
    numbers: dict[str, list[int]] = {}
    for batch in batches:
        numbers.setdefault(batch.header.family, []).append(batch.header.sequence)
    assert numbers
    for sequence in numbers.values():
        assert sorted(sequence) == list(range(len(sequence)))


async def test_two_inventories_do_not_overwrite_each_other(
    start: Starter, watcher: Watcher, namespace: str, tmp_path: Path
) -> None:
    """The one that knows no more than an id leaves what the other one has told."""
    identity = "ab" * 32
    root = tmp_path / "cgroup"
    (root / "docker" / identity).mkdir(parents=True)
    (root / "cgroup.procs").touch()
    bucket = await bus.bucket_of(watcher.client.jetstream(), subjects.INVENTORY_BUCKET)
    payload = msgspec.json.encode({"id": identity, "node": NODE, "runtime": "docker", "name": "web"})
    await bucket.put(identity, payload)
    places = dict.fromkeys(("DOCKER", "PODMAN", "CONTAINERD", "CRIO"), "/nonexistent/x")
    environment = {f"TRACEWIRE_INVENTORY_{name}": path for name, path in places.items()}
    await start("inventory", node=OTHER, TRACEWIRE_INVENTORY_CGROUP=str(root), **environment)
    await until(lambda: watcher.args("existing_container", identity, node=OTHER), "it is announced")

    told = await watcher.told(identity)
    assert told is not None
    assert (told.node, told.name) == (NODE, "web")
