"""What is no batch is counted, reported and taken off the stream; what is beside it is judged."""

import msgspec
import pytest

from tests.engine import making, rego
from tests.engine.conftest import Stage, until
from tracewire import subjects
from tracewire.batch import encode

pytestmark = [pytest.mark.nats, pytest.mark.opa]


# Arrays in arrays: a reader that follows them runs out of stack.
DEEP = b"\x91" * 100_000 + b"\xc0"


async def _received(stage: Stage) -> dict[str, int]:
    await stage.settled()
    status = await stage.status()
    assert status is not None
    received: dict[str, int] = status.detail["received"]
    return received


async def test_messages_that_are_no_batch_are_refused_and_the_next_is_judged(stage: Stage) -> None:
    """Not msgpack, of another version, cut short, miscounted: none of them comes again."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    good = making.batch(making.traceme(1))
    for payload in [
        b"",
        b"not msgpack",
        encode(making.header(1, version=2), [making.traceme(2)]),  # type: ignore[list-item]
        good[:-5],
        encode(making.header(3), [making.traceme(3)]),  # type: ignore[list-item]
        msgspec.msgpack.encode([1, 2, 3]),
        DEEP,
        msgspec.msgpack.encode(making.header(1)).join([b"\x92", DEEP]),
    ]:
        await stage.publish(payload)
    await stage.publish(good)

    (found,) = await stage.findings(1)

    assert found.event.time.endswith(".000000001Z")
    assert await _received(stage) == {
        "batches": 1,
        "events": 1,
        "wanted": 1,
        "unknown": 0,
        "unreadable": 0,
        "refused": 8,
    }
    info = await stage.client.jetstream().consumer_info(subjects.EVENTS_STREAM, subjects.ENGINE_CONSUMER)
    assert (info.num_ack_pending, info.num_redelivered) == (0, 0)
    assert "a message on tracewire.events.vm-1.process was refused" in stage.engine.said()


async def test_unknown_event_is_counted_and_the_others_are_judged(stage: Stage) -> None:
    """A newer collector sends events that this engine does not know."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    unknown = msgspec.structs.replace(making.traceme(1), event_id=65000)
    await stage.publish(making.batch(unknown, making.traceme(2)))

    (found,) = await stage.findings(1)

    assert found.event.time.endswith(".000000002Z")
    assert await _received(stage) == {
        "batches": 1,
        "events": 2,
        "wanted": 1,
        "unknown": 1,
        "unreadable": 0,
        "refused": 0,
    }


async def test_event_whose_rest_is_broken_is_counted_and_the_others_are_judged(stage: Stage) -> None:
    """One rotten event does not take its batch with it."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    rotten = [making.traceme(1).event_id, 1, 1, 1, "no cpu"]
    records = [making.traceme(2), rotten, making.traceme(3)]
    await stage.publish(encode(making.header(3), records))  # type: ignore[arg-type]

    found = await stage.findings(2)

    assert sorted(one.event.time[-3:] for one in found) == ["02Z", "03Z"]
    assert await _received(stage) == {
        "batches": 1,
        "events": 3,
        "wanted": 2,
        "unknown": 0,
        "unreadable": 1,
        "refused": 0,
    }


async def test_event_with_an_argument_of_another_kind_is_counted(stage: Stage) -> None:
    """The batch is acknowledged, since it would be as wrong the next time."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    await stage.publish(making.batch(making.event("ptrace", [1]), making.traceme(2)))

    (found,) = await stage.findings(1)
    await stage.settled()

    async def counted() -> bool:
        status = await stage.status()
        return status is not None and status.detail["evaluated"]["unreadable"] == 1

    assert found.event.time.endswith("2Z")
    await until(counted, "the unreadable event is counted")


async def test_event_that_cannot_be_shown_does_not_stop_the_engine(stage: Stage) -> None:
    """The signature reads what is right of it; the engine says so, and judges what is beside it."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    await stage.publish(making.batch(making.event("ptrace", 0, 0, "no pointer", 0), making.traceme(3)))

    (found,) = await stage.findings(1)
    await stage.settled()

    assert found.event.time.endswith("3Z")
    assert "a finding of traceme cannot be shown: unreadable event" in stage.engine.said()
    await stage.ready()
