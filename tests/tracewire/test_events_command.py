"""`tracewire events` against a real server: what it asks for, and what it prints."""

import asyncio
import json
import signal
from collections.abc import Callable

import msgspec
import nats.js.errors
import pytest
from nats.aio.client import Client

from tests.tracewire.making import batch, event
from tracewire import subjects
from tracewire.catalogue import BY_NAME
from tracewire.catalogue import EVENTS as EVERY
from tracewire.catalogue.sets import MAIN, SETS
from tracewire.interest import EventInterest, Interest
from tracewire.status import ServiceStatus

pytestmark = pytest.mark.nats
EVENTS = subjects.events("vm-1", "process")


async def interests(client: Client) -> dict[str, Interest]:
    """What is asked for now."""
    bucket = await client.jetstream().key_value(subjects.INTEREST_BUCKET)
    try:
        keys = await bucket.keys()
    except nats.js.errors.NoKeysError:
        return {}
    return {key: msgspec.json.decode((await bucket.get(key)).value or b"", type=Interest) for key in keys}


async def the_interest(client: Client) -> tuple[str, Interest]:
    """The one interest, once it is there."""
    async with asyncio.timeout(20):
        while not (found := await interests(client)):  # noqa: ASYNC110  (it is elsewhere)
            await asyncio.sleep(0.02)
    ((key, interest),) = found.items()
    return key, interest


async def test_interest_is_there_as_long_as_somebody_looks(
    nats_url: str, client: Client, start: Callable
) -> None:
    """With a lease, so that a killed one does not count for ever; and gone after SIGINT."""
    looking = start("events", "-e", "ptrace,setns", "-e", "unshare", "--nats", nats_url)
    key, interest = await the_interest(client)

    assert set(interest.events) == {"ptrace", "setns", "unshare"}
    assert set(map(msgspec.json.encode, interest.events.values())) == {msgspec.json.encode(EventInterest())}
    assert interest.asker == "tracewire events"
    assert interest.holds()
    assert not interest.holds(now=interest.expires)

    assert await asyncio.to_thread(looking.end, signal.SIGINT) == 0
    bucket = await client.jetstream().key_value(subjects.INTEREST_BUCKET)
    history = await bucket.history(key)
    assert [entry.operation for entry in history] == ["PURGE"]


async def test_a_set_asks_for_all_of_its_events(nats_url: str, client: Client, start: Callable) -> None:
    """With the filters on each; what is in two sets is asked for once."""
    start("events", "-e", "syscalls,file", "comm=nginx", "--nats", nats_url)
    _, interest = await the_interest(client)

    calls = {event.name for event in EVERY if event.family in {"syscall", "file"} or "syscalls" in event.tags}
    assert set(interest.events) == calls
    assert len(calls) > 450
    (asked,) = {msgspec.json.encode(each.clauses) for each in interest.events.values()}
    assert msgspec.json.decode(asked) == [{"process.comm": {"equal": ["nginx"]}}]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("syscall", "syscalls"),
        ("files", "file"),
        ("openatt", "openat"),
        ("fs_ops", "fs_fd_ops"),
        ("qqq", None),
    ],
)
def test_a_name_that_is_nothing_is_refused_with_the_nearest(
    run: Callable, name: str, nearest: str | None
) -> None:
    """Of events and sets alike, before anybody is asked for anything."""
    done = run("events", "-e", f"ptrace,{name}")

    hint = f"Did you mean {nearest!r}?" if nearest else "See docs/events/README.md for all of them."
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"tracewire: No event or set of events is called {name!r}.\n           {hint}\n"


def test_no_set_has_the_name_of_an_event() -> None:
    """What stands behind -e means one thing; none is empty, and help knows the most useful."""
    assert SETS.keys() & BY_NAME.keys() == set()
    assert all(SETS.values())
    assert MAIN.keys() <= SETS.keys()


async def test_an_argument_sent_on_request_is_requested_by_a_filter(
    nats_url: str, client: Client, start: Callable
) -> None:
    start("events", "-e", "sched_process_exec", "env=LD_PRELOAD=*", "--nats", nats_url)
    _, interest = await the_interest(client)

    assert interest.events["sched_process_exec"].arguments == ["env"]


async def test_filters_travel_as_clauses(nats_url: str, client: Client, start: Callable) -> None:
    """Each with its own event; an event that is asked for twice has a clause for each."""
    opened = "security_file_open pathname=/etc/*"
    start(
        "events", "-e", opened, "-e", "security_file_open host", "-e", "ptrace", "uid>0", "--nats", nats_url
    )
    _, interest = await the_interest(client)

    somebody = msgspec.Raw(b'{"ranges":[[1,null]]}')
    assert interest.events == {
        "security_file_open": EventInterest(
            clauses=[
                {"args.pathname": msgspec.Raw(b'{"prefix":["/etc/"]}'), "process.uid": somebody},
                {"container.id": msgspec.Raw(b'{"present":false}'), "process.uid": somebody},
            ]
        ),
        "ptrace": EventInterest(clauses=[{"process.uid": somebody}]),
    }


async def test_json_prints_the_wanted_events(nats_url: str, client: Client, start: Callable) -> None:
    """Others of the same batch, and those that a filter refuses, are left out."""
    looking = start("events", "-e", "ptrace", "request=PTRACE_ATTACH", "--json", "--nats", nats_url)
    await the_interest(client)

    await client.publish(
        EVENTS,
        batch(
            event("setuid", 0),
            event("ptrace", 0, 0, 0, 0),
            event("ptrace", 16, 99, 0, 0, time=2_000_000_000),
            event("ptrace", 16, 100, 0, 0, time=3_000_000_000),
        ),
    )

    first = json.loads(await asyncio.to_thread(looking.line))
    second = json.loads(await asyncio.to_thread(looking.line))
    assert [each["event"]["args"]["pid"] for each in (first, second)] == [99, 100]
    assert first["node"] == "vm-1"
    assert (first["container"], first["pod"]) == (None, None)
    assert first["process"]["exe"] == "/tmp/dropper"
    assert first["process"]["ancestors"][0]["comm"] == "init"
    assert first["event"] | {"id": ""} == {
        "id": "",
        "name": "ptrace",
        "time": "2026-11-24T06:00:02.000000000Z",
        "args": {"request": "PTRACE_ATTACH", "pid": 99, "addr": "0x0", "data": "0x0"},
        "return_value": 0,
        "error": None,
        "syscall": None,
        "abi": None,
        "truncated": [],
        "origins": {},
        "via": None,
    }


async def test_what_is_no_batch_is_said_and_survived(nats_url: str, client: Client, start: Callable) -> None:
    looking = start("events", "-e", "ptrace", "--nats", nats_url)
    await the_interest(client)
    await client.publish(EVENTS, b"\xc1 not msgpack")
    await client.publish(EVENTS, batch(event("ptrace", 16, 99, 0, 0, comm=b"\x1b[2J")))

    assert "not a batch of events" in await asyncio.to_thread(
        looking.line, stream="err", containing="not a batch"
    )
    row = await asyncio.to_thread(looking.line, containing="PTRACE_ATTACH")
    assert r"\x1b[2J[4711]" in row
    assert "\x1b" not in row


async def test_it_says_who_collects(nats_url: str, client: Client, start: Callable) -> None:
    """A collector answers that it has taken up this very interest."""
    looking = start("events", "-e", "ptrace", "--nats", nats_url)
    key, interest = await the_interest(client)

    async def answer(message: object) -> None:
        status = ServiceStatus(
            service="collector",
            node="vm-1",
            pid=1,
            instance="a",
            ready=True,
            detail={"interest": {"ptrace": "sys_exit"}, "applied": {key: interest.revision}},
        )
        await message.respond(msgspec.json.encode(status))

    await client.subscribe(subjects.STATUS, cb=answer)

    said = await asyncio.to_thread(looking.line, stream="err", containing="watching")
    assert said == "tracewire: watching on vm-1: ptrace (sys_exit)\n"


async def test_without_a_collector_it_says_so(nats_url: str, client: Client, start: Callable) -> None:
    looking = start("events", "-e", "ptrace", "--nats", nats_url)

    assert "no collector answers" in await asyncio.to_thread(
        looking.line, stream="err", containing="collector"
    )
