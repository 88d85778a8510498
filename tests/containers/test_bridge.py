"""Findings reach a service that reads falcosidekick's input, each once, whatever that service does."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest

from tests.containers.conftest import Watcher
from tests.serving import Child, Nats, program, until
from tests.tracewire.making import finding
from tracewire import subjects
from tracewire.bridge.falco import Alert, alert
from tracewire.finding import ContainerView, Finding, PodView

ID = "ab" * 32
WEB = ContainerView(
    id=ID, runtime="docker", name="web", image="nginx:1.27", image_digest="sha256:0", started=True
)


def test_finding_as_falcosidekick_reads_it() -> None:
    """Every field that it knows, with Falco's names for what Falco has."""
    found = msgspec.structs.replace(
        finding(
            7, severity="high", data={"path": "/etc/x", "flags": ["O_WRONLY"], "count": 3}, container=WEB
        ),
        pod=PodView(name="web-0", namespace="shop", uid="1-2-3"),
    )

    assert json.loads(msgspec.json.encode(alert(found))) == {
        "uuid": f"{7:032x}",
        "output": (
            "2026-11-24T05:29:00.123456789Z: Error Title of anti_debugging by dropper (user.uid=0 "
            "proc.name=dropper proc.exepath=/tmp/dropper proc.cmdline=dropper container.name=web "
            'path=/etc/x flags=["O_WRONLY"] count=3 container=abababababab)'
        ),
        "priority": "Error",
        "rule": "Title of anti_debugging",
        "time": "2026-11-24T05:29:00.123456789Z",
        "output_fields": {
            "evt.type": "ptrace",
            "evt.res": 0,
            "proc.pid": 4711,
            "proc.vpid": 12,
            "proc.name": "dropper",
            "proc.exepath": "/tmp/dropper",
            "proc.cmdline": "dropper",
            "proc.cwd": None,
            "proc.ppid": None,
            "proc.pname": None,
            "user.uid": 0,
            "group.gid": 0,
            "container.id": "abababababab",
            "container.full_id": ID,
            "container.name": "web",
            "container.image": "nginx:1.27",
            "container.image.digest": "sha256:0",
            "k8s.pod.name": "web-0",
            "k8s.ns.name": "shop",
            "k8s.pod.uid": "1-2-3",
            "tracewire.signature": "anti_debugging",
            "tracewire.signature.id": "TW-0102",
            "tracewire.revision": "sha256:0",
            "tracewire.lost": 0,
            "tracewire.data.path": "/etc/x",
            "tracewire.data.flags": '["O_WRONLY"]',
            "tracewire.data.count": 3,
        },
        "source": "syscall",
        "hostname": "vm-1",
        "tags": ["T1622"],
    }


@pytest.mark.parametrize(
    ("severity", "priority"),
    [
        ("info", "Informational"),
        ("low", "Notice"),
        ("medium", "Warning"),
        ("high", "Error"),
        ("critical", "Critical"),
    ],
)
def test_severities_are_priorities_of_falco(severity: str, priority: str) -> None:
    assert alert(finding(severity=severity)).priority == priority


def test_nothing_in_the_line_for_people_is_a_terminals() -> None:
    hostile = alert(finding(data={"name": "\x1b[2J\u202e"}, comm="\x1b]0;x\x07"))

    assert "\x1b" not in hostile.output
    assert "\\x1b[2J\\u202e" in hostile.output
    assert hostile.output_fields["container.id"] == "host"


class Receiver:
    """An HTTP server that takes what falcosidekick takes.

    Attributes:
        answers: Status codes to give next; 200 when there is none.
        taken: What it answered 200 to.
        asked: How often it was asked.
    """

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.taken: list[Alert] = []
        self.asked = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.asked += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.answers.pop(0) if receiver.answers else 200
                if status == 200:
                    assert self.headers["Content-Type"] == "application/json"
                    receiver.taken.append(msgspec.json.decode(body, type=Alert))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """One on a free port of loopback."""
    running = Receiver()
    yield running
    running.close()


Bridge = Callable[[str], Awaitable[Child]]


@pytest.fixture
async def bridge(nats_server: Nats, watcher: Watcher, tmp_path: Any) -> Any:
    """Starts `tracewire bridge falco`, and waits until NATS knows it."""
    running: list[Child] = []

    async def start(url: str) -> Child:
        command = [program("tracewire"), "bridge", "falco", "--url", url, "--nats", nats_server.url]
        child = Child(command, tmp_path / f"bridge-{len(running)}.log")
        running.append(child)
        await child.start()

        async def is_known() -> bool:
            consumers = await watcher.client.jetstream().consumers_info(subjects.FINDINGS_STREAM)
            return any(each.name == "bridge-falco" for each in consumers)

        await until(is_known, "the bridge reads")
        return child

    yield start
    for child in running:
        await child.stop()
        print(child.said())


async def publish(watcher: Watcher, *found: Finding) -> None:
    """Play the engine."""
    for each in found:
        subject = subjects.finding(each.signature.severity, each.signature.name)
        await watcher.client.jetstream().publish(
            subject, msgspec.json.encode(each), headers={"Nats-Msg-Id": each.id}
        )


def taken(receiver: Receiver, count: int) -> Callable[[], bool]:
    """Whether it has taken so many."""
    return lambda: len(receiver.taken) >= count


@pytest.mark.nats
async def test_every_finding_is_posted_once(watcher: Watcher, bridge: Bridge, receiver: Receiver) -> None:
    """Whatever the receiver answers first; what it refuses for good does not stop the others."""
    child = await bridge(receiver.url)
    receiver.answers = [503, 429, 200, 400, 500, 200]
    found = [finding(number) for number in range(1, 5)]
    await publish(watcher, *found)
    await until(taken(receiver, 3), "all others are posted")

    assert receiver.taken == [alert(each) for each in (found[0], found[2], found[3])]
    assert receiver.asked == 7
    assert "refuses a finding: 400" in child.said()


@pytest.mark.nats
async def test_findings_wait_for_a_receiver_that_is_away(
    watcher: Watcher, bridge: Bridge, receiver: Receiver
) -> None:
    """Also while the bridge itself is killed; what was posted before does not come again."""
    child = await bridge(receiver.url)
    await publish(watcher, finding(1), finding(2))
    await until(taken(receiver, 2), "the first ones are posted")
    receiver.answers = [503] * 100
    await publish(watcher, finding(3))
    asked = receiver.asked
    await until(lambda: receiver.asked > asked, "it tries")
    await child.stop()
    receiver.answers = []
    await publish(watcher, finding(4))
    await bridge(receiver.url)

    def all_taken() -> bool:
        return {each.uuid for each in receiver.taken} == {f"{number:032x}" for number in range(1, 5)}

    await until(all_taken, "all are posted", 60)
    assert [each.uuid for each in receiver.taken][:1] == [f"{1:032x}"]


async def test_address_that_is_none_is_refused() -> None:
    process = await asyncio.create_subprocess_exec(
        program("tracewire"), "bridge", "falco", "--url", "file:///etc/passwd",
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()

    assert process.returncode == 2
    assert said.decode().splitlines()[0] == "tracewire: 'file:///etc/passwd' is no address to post to."
