"""`python -m collector` as it runs on a host: real kernel, real NATS, a process of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.collector.conftest import NODE, CollectorStarter
from tests.collector.serving import DEADLINE, ROOT, Child, Host, Nats, until
from tracewire import bus, subjects, view
from tracewire.batch import Batch, BatchHeader
from tracewire.catalogue import BY_NAME
from tracewire.event import Event
from tracewire.ledger import EventCounts, Ledger
from tracewire.status import ServiceStatus

pytestmark = [pytest.mark.root, pytest.mark.nats]

EXEC = BY_NAME["sched_process_exec"].id
SOCKET = BY_NAME["security_socket_create"].id


def attached(child: Child) -> int:
    """Links that the process holds, as the kernel sees it."""
    names = []
    for descriptor in Path(f"/proc/{child.pid}/fd").iterdir():
        try:
            names.append(descriptor.readlink().name)
        except FileNotFoundError:
            continue
    return sum("bpf_link" in name for name in names)


def applied(key: str, revision: str) -> Callable[[ServiceStatus], bool]:
    return lambda status: status.detail["applied"].get(key) == revision


def refused_socket() -> None:
    """The cheapest event there is: a system call that fails at once."""
    with contextlib.suppress(OSError):
        socket.socket(255)


def run(*arguments: str) -> None:
    """Execute a program to its end."""
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)


def facts(child: Child) -> dict[str, str]:
    """/proc/PID/status."""
    lines = Path(f"/proc/{child.pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def settled(event: str, at_least: int) -> Callable[[Ledger], bool]:
    """Whether a ledger has seen so many, and knows what became of each."""

    def holds(ledger: Ledger) -> bool:
        counts = ledger.events.get(event, EventCounts())
        return counts.generated >= at_least and not counts.queued and not counts.balance()

    return holds


async def test_a_process_that_is_started_is_an_event_on_the_bus(
    start_collector: CollectorStarter, host: Host
) -> None:
    """What the subscriber decodes is what really ran."""
    await start_collector()
    await host.want("a", "sched_process_exec", revision="1")
    await host.status_where(applied("a", "1"), "the interest is applied")

    run("/bin/echo", "one", "tw\no")

    def echo() -> tuple[Event, BatchHeader] | None:
        pairs = ((event, batch.header) for batch in host.batches for event in batch.events())
        return next(((event, header) for event, header in pairs if event.comm == b"echo"), None)

    event, header = await until(echo, "the event arrives")

    seen = view.view_event(event, header)
    assert (seen.name, seen.args["argv"], seen.syscall) == (
        "sched_process_exec",
        ["/bin/echo", "one", "tw\no"],
        "execve",
    )
    assert (header.node, header.family) == (NODE, "process")
    assert abs(event.time + header.clock_offset - time.time_ns()) < DEADLINE * 1e9


async def test_nothing_is_attached_that_nobody_asked_for(
    start_collector: CollectorStarter, host: Host
) -> None:
    """Interest attaches within a second, one more adds only what it needs, and the last one gone detaches."""
    collector = await start_collector()
    first = await host.status_where(lambda status: status.ready, "the collector is ready")
    assert (first.detail["interest"], attached(collector)) == ({}, 0)

    await host.want("a", "sched_process_exit", revision="1")
    before = time.monotonic()
    await until(lambda: attached(collector) == 1, "the exit tracepoint is attached")
    assert time.monotonic() - before < 1.0

    await host.want("b", "security_socket_create", "sched_process_exit", revision="7")
    both = await host.status_where(applied("b", "7"), "the second interest is applied")
    assert both.detail["interest"] == {
        "sched_process_exit": "tracepoint",
        "security_socket_create": "sys_exit",
    }
    assert both.detail["applied"] == {"a": "1", "b": "7"}
    assert attached(collector) > 1

    await host.withdraw("b")
    await until(lambda: attached(collector) == 1, "what only b needed is detached")
    await host.withdraw("a")
    await until(lambda: attached(collector) == 0, "everything is detached")
    gone = await host.status_where(lambda status: not status.detail["applied"], "nothing is applied")
    assert gone.ready


async def test_what_is_attached_goes_on_while_more_is_loaded(
    start_collector: CollectorStarter, host: Host
) -> None:
    """The verifier takes seconds for all there is; an event that was wanted before does not wait for it."""
    await start_collector()
    await host.want("a", "security_socket_create", revision="1")
    await host.status_where(applied("a", "1"), "the first interest is applied")
    await host.want("b", *BY_NAME, revision="2")

    refused_socket()
    await until(lambda: any(event.pid == os.getpid() for event in host.events(SOCKET)), "its event arrives")
    meanwhile = await host.status()
    await host.status_where(applied("b", "2"), "the second interest is applied")

    assert meanwhile is not None
    assert meanwhile.detail["applied"] == {"a": "1"}


async def test_a_collector_that_is_loading_can_be_stopped(
    start_collector: CollectorStarter, host: Host
) -> None:
    """It ends what it has begun, and then in order."""
    collector = await start_collector()
    await host.want("a", *BY_NAME, revision="1")
    await until(lambda: collector.said().count("programs loaded") == 2, "the first family is loaded")

    code = await collector.stop(signal.SIGTERM)

    assert (code, collector.said().splitlines()[-1]) == (0, "collector: stopped")
    assert collector.said().count("wanted events") == 0


async def test_a_lease_that_runs_out_detaches(start_collector: CollectorStarter, host: Host) -> None:
    """An asker that vanished without a word is forgotten at the end of its lease."""
    collector = await start_collector()
    await host.status_where(lambda status: status.ready, "the collector is ready")
    await host.want("tail", "sched_process_exit", revision="1", expires=time.time() + 1.5)
    await until(lambda: attached(collector) == 1, "attached while the lease runs")
    await until(lambda: attached(collector) == 0, "detached when it has run out")


async def test_an_event_that_does_not_exist_is_a_problem_and_no_crash(
    start_collector: CollectorStarter, host: Host
) -> None:
    """The others are collected, and the status says what is wrong."""
    await start_collector()
    await host.want("a", "sched_process_exit", "no_such_event", revision="1")

    status = await host.status_where(applied("a", "1"), "the interest is applied")

    assert (status.ready, status.problems) == (False, ["no event is called 'no_such_event' here"])
    assert status.detail["interest"] == {"sched_process_exit": "tracepoint"}


async def test_an_unreadable_interest_is_ignored_and_said(
    start_collector: CollectorStarter, host: Host
) -> None:
    """It does not take the readable ones with it."""
    collector = await start_collector()
    await host.want("good", "sched_process_exit", revision="1")
    bucket = await bus.bucket_of(host.client.jetstream(), subjects.INTEREST_BUCKET)
    await bucket.put("bad", b'{"asker": 3}')

    good = applied("good", "1")
    status = await host.status_where(lambda status: status.problems and good(status), "both are known")

    assert status.problems[0].startswith("interest 'bad' is ignored: ")
    assert status.detail["applied"] == {"good": "1"}
    assert "the interest 'bad' is ignored" in collector.said()


async def test_capabilities_are_dropped_and_attaching_still_works(
    start_collector: CollectorStarter, host: Host
) -> None:
    """Three are left, none can be regained, and they suffice for tracing and cgroup programs."""
    collector = await start_collector()
    await host.want("a", *BY_NAME, revision="1")
    status = await host.status_where(applied("a", "1"), "everything is attached after the drop")

    fields = facts(collector)
    kept = 1 << 12 | 1 << 38 | 1 << 39  # CAP_NET_ADMIN, CAP_PERFMON, CAP_BPF
    sets = {name: int(fields[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
    assert sets == {"CapInh": 0, "CapPrm": kept, "CapEff": kept, "CapBnd": kept, "CapAmb": 0}
    assert fields["NoNewPrivs"] == "1"
    assert status.problems == []


async def test_sigterm_delivers_what_has_happened(start_collector: CollectorStarter, host: Host) -> None:
    """Events from right before the signal are on the bus when the process has ended, with code 0."""
    collector = await start_collector()
    await host.want("a", "security_socket_create", revision="1")
    await host.status_where(applied("a", "1"), "the interest is applied")

    for _ in range(20_000):
        refused_socket()
    code = await collector.stop(signal.SIGTERM)

    own = os.getpid()
    await until(lambda: sum(event.pid == own for event in host.events(SOCKET)) >= 20_000, "all events arrive")
    assert code == 0
    assert sum(event.pid == own for event in host.events(SOCKET)) == 20_000
    assert collector.said().splitlines()[-1] == "collector: stopped"
    await until(
        lambda: host.ledgers and settled("security_socket_create", 20_000)(host.ledgers[-1]),
        "the last ledger",
    )


async def test_the_books_balance_under_overload(
    start_collector: CollectorStarter, host: Host, nats_server: Nats
) -> None:
    """What is in the stream is what the ledger calls published, to the event.

    Ten times more than the queue holds while NATS stands still, and more than the ring
    holds while the collector does.
    """
    collector = await start_collector(
        TRACEWIRE_COLLECTOR_QUEUE_MEBIBYTES="2", TRACEWIRE_COLLECTOR_RING_MEBIBYTES="4"
    )
    await host.want("a", "security_socket_create", revision="1")
    await host.status_where(applied("a", "1"), "the interest is applied")
    assert nats_server.process is not None
    assert collector.process is not None

    nats_server.process.send_signal(signal.SIGSTOP)
    for _ in range(120_000):
        refused_socket()
    collector.process.send_signal(signal.SIGSTOP)
    for _ in range(20_000):
        refused_socket()
    collector.process.send_signal(signal.SIGCONT)
    nats_server.process.send_signal(signal.SIGCONT)

    await host.next_ledger(settled("security_socket_create", 140_000), "the books are settled")
    refused_socket()
    ledger = await host.next_ledger(settled("security_socket_create", 140_001), "one more event is published")
    counts = ledger.events["security_socket_create"]
    jetstream = host.client.jetstream()
    info = await jetstream.stream_info(subjects.EVENTS_STREAM)
    batches = [
        Batch((await jetstream.get_msg(subjects.EVENTS_STREAM, number)).data or b"")
        for number in range(info.state.first_seq, info.state.last_seq + 1)
    ]
    stored = sum(head.event_id == SOCKET for batch in batches for head in batch.heads)

    assert stored == counts.published
    assert counts.dropped > 0
    assert counts.lost_ring > 0
    assert [batch.header.sequence for batch in batches] == list(range(len(batches)))
    assert batches[-1].header.lost == counts.dropped + counts.lost_ring
    assert sum(cpu[0] for cpu in ledger.cpus["security_socket_create"]) == counts.generated
    assert "events dropped: the queue is full" in collector.said()


async def test_interest_holds_while_nats_is_away(
    start_collector: CollectorStarter, host: Host, nats_server: Nats
) -> None:
    """Events of the outage are delivered after it, and the collector was ready again by itself."""
    collector = await start_collector()
    await host.want("a", "sched_process_exec", revision="1")
    await host.status_where(applied("a", "1"), "the interest is applied")

    await nats_server.stop()
    await until(lambda: "NATS is away" in collector.said(), "the collector notices")
    run("/bin/true", "during the outage")
    assert attached(collector) > 0
    await nats_server.start()

    await host.status_where(lambda status: status.ready, "the collector is ready again")
    jetstream = host.client.jetstream()

    async def stored() -> bool:
        info = await jetstream.stream_info(subjects.EVENTS_STREAM)
        for number in range(info.state.first_seq, info.state.last_seq + 1):
            message = await jetstream.get_msg(subjects.EVENTS_STREAM, number)
            if b"during the outage" in (message.data or b""):
                return True
        return False

    await until(stored, "the event is in the stream")


async def test_nats_may_come_later(start_collector: CollectorStarter, nats_server: Nats) -> None:
    """A collector that starts first waits, says so, and works once NATS is there."""
    await nats_server.stop()
    collector = await start_collector()
    await until(lambda: "NATS is not there yet" in collector.said(), "the collector says that it waits")

    await nats_server.start()
    client = await bus.connect(nats_server.url, "test", keep_trying=True)
    host = Host(client, NODE)
    await host.status_where(lambda status: status.ready, "the collector is ready")
    await client.close()


@pytest.mark.parametrize(
    ("environment", "arguments", "code", "words"),
    [
        ({"TRACEWIRE_COLLECTOR_BTF": "/nonexistent"}, [], 4, "there is no such file or directory"),
        ({"TRACEWIRE_OBJECTS": "/nonexistent"}, [], 4, "no core.bpf.o in /nonexistent"),
        ({"TRACEWIRE_COLLECTOR_TICK": "1"}, [], 2, "Did you mean TRACEWIRE_COLLECTOR_"),
        ({}, ["--config", "/nonexistent"], 2, "No such file"),
        ({}, ["--no-such-option"], 2, "unrecognized arguments"),
    ],
)
def test_what_cannot_work_is_refused_in_two_sentences(
    environment: dict[str, str], arguments: list[str], code: int, words: str
) -> None:
    """The exit code of the contract, what is wrong, what to do, and no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "collector", *arguments],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=DEADLINE,
        check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


WITHOUT_CAPABILITIES = """
import os, sys
from collector import linux
for number in range(41):
    linux.drop_bounding(number)
os.execv(sys.executable, [sys.executable, "-m", "collector", *sys.argv[1:]])
"""


@pytest.mark.parametrize("arguments", [[], ["doctor"]])
def test_without_capabilities_it_ends_with_code_4(arguments: list[str]) -> None:
    """Root without capabilities is nobody: which ones are missing, and what to do."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_CAPABILITIES, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE, check=False,
    )  # fmt: skip

    assert done.returncode == 4
    assert done.stderr == (
        "collector: this process may not load BPF programs: CAP_BPF and CAP_PERFMON missing.\n"
        "Run it as root, or give it CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN.\n"
    )
