"""Whatever dies and comes back, each event is judged and each finding is there once."""

import signal
import time

import nats
import pytest

from engine.consumer import ACK_WAIT_SECONDS
from tests.engine import making, rego
from tests.engine.conftest import Stage, until

pytestmark = [pytest.mark.nats, pytest.mark.opa]


async def _numbers(stage: Stage, count: int) -> list[int]:
    """Which `traceme(number)` have a finding, one entry for each finding, sorted."""
    found = await stage.findings(count)
    await stage.settled()
    again = await stage.findings(count)
    assert len(again) == len(found) == count
    return sorted(int(one.event.time[-10:-1]) for one in found)


async def test_event_that_is_delivered_twice_is_found_once(stage: Stage) -> None:
    """A batch that the collector publishes twice, for want of an acknowledgement, makes no second finding."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    for _ in range(2):
        await stage.publish(making.batch(*(making.traceme(number) for number in range(10))))

    assert await _numbers(stage, 10) == list(range(10))


async def test_engine_killed_in_the_middle_loses_and_doubles_nothing(stage: Stage) -> None:
    """What a killed engine had taken and not finished is judged by its successor."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    for start in range(0, 2000, 50):
        await stage.publish(making.batch(*(making.traceme(number) for number in range(start, start + 50))))
        if start == 1000:
            await stage.findings(1)
            await stage.engine.stop(signal.SIGKILL)
            await stage.engine.start()

    assert await _numbers(stage, 2000) == list(range(2000))


async def test_engine_told_to_stop_finishes_what_it_has_taken(stage: Stage) -> None:
    """After SIGTERM the exit code is 0, and what it had not begun is there for the next one at once."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    for start in range(0, 1000, 50):
        await stage.publish(making.batch(*(making.traceme(number) for number in range(start, start + 50))))

    assert await stage.engine.stop(signal.SIGTERM) == 0

    await stage.engine.start()
    await stage.ready()
    start = time.monotonic()
    assert await _numbers(stage, 1000) == list(range(1000))
    assert time.monotonic() - start < ACK_WAIT_SECONDS / 2


async def test_events_wait_for_opa_to_come_back(stage: Stage) -> None:
    """While OPA is dead nothing is lost, and the engine says that it is not ready and why."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    await stage.opa.stop()
    for start in range(0, 200, 50):
        await stage.publish(making.batch(*(making.traceme(number) for number in range(start, start + 50))))

    async def complains() -> bool:
        status = await stage.status()
        return status is not None and not status.ready and "no usable OPA" in " ".join(status.problems)

    await until(complains, "the engine says that OPA is away")
    await stage.opa.start()

    assert await _numbers(stage, 200) == list(range(200))
    await stage.ready()


async def test_engine_goes_on_when_nats_comes_back(stage: Stage) -> None:
    """Events published after a restart of NATS are found, and the interest is still there."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    await stage.publish(making.batch(*(making.traceme(number) for number in range(50))))
    await stage.findings(50)
    await stage.bus.stop()
    await stage.bus.start()
    await until(lambda: stage.client.is_connected, "the test is connected again")
    await stage.publish(making.batch(*(making.traceme(number) for number in range(50, 100))))

    assert await _numbers(stage, 100) == list(range(100))
    await stage.ready()


async def test_engine_makes_streams_and_interest_anew_when_nats_has_forgotten_them(stage: Stage) -> None:
    """A NATS that comes back empty is set up again by the running engine."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    await stage.bus.stop()
    stage.bus.arguments[-1] += "-2"
    await stage.bus.start()
    await until(lambda: stage.client.is_connected, "the test is connected again")

    async def interest_is_there() -> bool:
        try:
            bucket = await stage.client.jetstream().key_value("tracewire_interest")
            return bool((await bucket.get("engine")).value)
        except Exception:  # noqa: BLE001  (not there yet in any of many ways)
            return False

    await until(interest_is_there, "the interest is written again")

    async def consumer_is_there() -> bool:
        try:
            await stage.client.jetstream().consumer_info("TRACEWIRE_EVENTS", "engine")
        except Exception:  # noqa: BLE001
            return False
        return True

    await until(consumer_is_there, "the consumer is there again")
    await stage.publish(making.batch(making.traceme(7)))
    assert await _numbers(stage, 1) == [7]


async def test_two_replicas_share_the_work(stage: Stage) -> None:
    """Each event is judged by one of them, and both have some."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    await stage.replica()
    for start in range(0, 4000, 20):
        await stage.publish(making.batch(*(making.traceme(number) for number in range(start, start + 20))))

    assert await _numbers(stage, 4000) == list(range(4000))
    evaluated = [status.detail["evaluated"]["evaluated"] for status in await stage.statuses()]
    assert sum(evaluated) == 4000
    assert min(evaluated) > 0


async def test_parts_may_start_in_any_order(stage: Stage) -> None:
    """An engine without NATS and OPA waits for them, says so, and stops when it is told to."""
    stage.sign("traceme", rego.TRACEME)
    await stage.engine.start()
    await until(lambda: "NATS is not there yet" in stage.engine.said(), "the engine misses NATS")
    assert await stage.engine.stop(signal.SIGTERM) == 0

    await stage.engine.start()
    await stage.bus.start()
    stage.client = await nats.connect(stage.bus.url)

    async def waits_for_opa() -> bool:
        status = await stage.status()
        return status is not None and "does not answer with the present signatures" in " ".join(
            status.problems
        )

    await until(waits_for_opa, "the engine misses OPA")
    await stage.publish_when_possible(making.batch(making.traceme(1)))
    await stage.opa.start()
    assert await _numbers(stage, 1) == [1]
