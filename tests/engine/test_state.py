"""What a signature remembers of events, whichever replicas they come to."""

import asyncio

import aiohttp
import msgspec
import nats
import pytest

from engine import memory
from engine.fact import Fact, read_fact
from engine.remembered import MOST_ITEMS, Kept, Remembered
from tests.engine import making, rego
from tests.engine.conftest import Stage
from tests.engine.test_bad_signatures import CONFLICT
from tests.serving import free_port
from tracewire.command.status import describe_state
from tracewire.finding import Finding

SECOND = 1_000_000_000

THREE_TRACED = rego.signature(
    "three_traced",
    """remember contains {"key": input.process.key, "item": input.args.addr, "seconds": 60} if {
	input.event == "ptrace"
}

finding contains {"different": count(data.state[input.process.key])} if {
	input.event == "ptrace"
	count(data.state[input.process.key]) >= 3
}""",
)


def _traced(address: int, number: int) -> bytes:
    return making.batch(
        making.event("ptrace", 0, 0, address, 0, time=5_000_000_000 + number), sequence=number
    )


def test_key_may_be_any_path() -> None:
    """The longest that Linux knows is remembered: a longer name would else be a hiding place."""
    longest = "/" + "a/" * 2047 + "b"

    assert read_fact({"key": longest, "seconds": 1}) == Fact(longest, "", 1.0)


@pytest.mark.nats
@pytest.mark.opa
async def test_third_event_is_one_finding_with_two_replicas(stage: Stage) -> None:
    """The events are shared out among the replicas; together they are found, and once."""
    stage.sign("three_traced", THREE_TRACED)
    await stage.start()
    await stage.replica()
    for number in range(12):
        await stage.publish(_traced(number + 1, number))

    raw = await stage.raw_findings(1)
    await asyncio.sleep(0.5)
    again = await stage.raw_findings(1)

    found = msgspec.json.decode(raw[0], type=Finding)
    assert found.data["different"] >= 3
    assert len(again) == 1


@pytest.mark.nats
@pytest.mark.opa
async def test_same_item_again_counts_once(stage: Stage) -> None:
    """Many events with one item are one fact; a second and a third item make the finding."""
    stage.sign("three_traced", THREE_TRACED)
    await stage.start()
    for number in range(6):
        await stage.publish(_traced(7, number))
    await stage.publish(_traced(8, 6))
    await stage.publish(_traced(9, 7))

    (raw,) = await stage.raw_findings(1)
    assert msgspec.json.decode(raw, type=Finding).data == {"different": 3}


TWO_WAYS = THREE_TRACED.replace(
    "remember contains",
    """finding contains {"request": input.args.request} if {
	input.event == "ptrace"
}

remember contains""",
)


@pytest.mark.nats
@pytest.mark.opa
async def test_what_is_found_without_state_is_neither_repeated_nor_taken_for_the_conclusion(
    stage: Stage,
) -> None:
    """Each event has its own finding once, and the third one the conclusion as well."""
    stage.sign("three_traced", TWO_WAYS)
    await stage.start()
    for number in range(3):
        await stage.publish(_traced(number + 1, number))
        await stage.settled()

    found = [one.data for one in await stage.findings(4)]
    assert found[:2] == [{"request": "PTRACE_TRACEME"}] * 2
    assert sorted(found[2:], key=str) == [{"different": 3}, {"request": "PTRACE_TRACEME"}]
    assert not await stage.stored(5)


def test_facts_are_over_after_their_seconds() -> None:
    """What is older than its seconds when the newest happens is forgotten."""
    fact = Fact("k", "", 10)
    entry = Remembered("k").with_facts(
        [("a", 1 * SECOND, fact), ("b", 5 * SECOND, fact), ("c", 12 * SECOND, fact)]
    )

    assert entry.items == {"b": Kept(5 * SECOND, 10), "c": Kept(12 * SECOND, 10)}


def test_order_of_arrival_does_not_matter() -> None:
    """The same facts in another order are the same entry."""
    fact = Fact("k", "", 10)
    facts = [("a", 1 * SECOND, fact), ("b", 5 * SECOND, fact), ("c", 12 * SECOND, fact)]

    assert Remembered("k").with_facts(reversed(facts)) == Remembered("k").with_facts(facts)


def test_facts_without_room_are_counted() -> None:
    """A key keeps a bounded number of facts, and says how many more there were."""
    fact = Fact("k", "", 10)
    entry = Remembered("k").with_facts((str(number), number, fact) for number in range(MOST_ITEMS + 5))

    assert (len(entry.items), entry.left_out) == (MOST_ITEMS, 5)


def test_finding_stands_as_long_as_its_facts() -> None:
    """A second event makes no second finding before the first one's time is over."""
    entry = Remembered("k").with_facts([("a", SECOND, Fact("k", "", 10))]).with_report("first", SECOND)

    assert not entry.is_reported(SECOND, "first")
    assert entry.is_reported(10 * SECOND, "second")
    assert not entry.is_reported(11 * SECOND, "second")


@pytest.mark.parametrize(
    "said",
    [
        "text",
        {},
        {"key": "k"},
        {"key": "k", "seconds": 0},
        {"key": "k", "seconds": 1e9},
        {"key": "k" * 4097, "seconds": 1},
    ],
)
def test_what_is_no_fact_is_refused_with_a_reason(said: object) -> None:
    """A rule that says something else does not get it remembered."""
    assert str(read_fact(said)).startswith("remember: ")


@pytest.mark.nats
@pytest.mark.opa
async def test_facts_of_a_batch_that_fails_are_remembered(stage: Stage) -> None:
    """Where a signature beside it fails, each is asked alone, for facts too."""
    stage.sign("three_traced", THREE_TRACED)
    stage.sign("conflict", CONFLICT)
    await stage.start()
    traced = [making.event("ptrace", 0, 2, address, 0, time=5_000_000_000 + address) for address in (1, 2, 3)]
    await stage.publish(making.batch(*traced))

    found = await stage.findings(1)
    await stage.settled()

    assert "could not be evaluated" in stage.engine.said()
    assert [one.data for one in found if one.signature.name == "three_traced"] == [{"different": 3}]


@pytest.mark.nats
@pytest.mark.opa
async def test_what_is_no_fact_is_said_with_the_signatures_name(stage: Stage) -> None:
    """In the status, in the metrics and once in the log; the facts beside it are remembered."""
    stage.sign("three_traced", THREE_TRACED.replace('"seconds": 60', '"seconds": input.args.pid'))
    port = free_port()
    stage.engine.environment["TRACEWIRE_ENGINE_METRICS_PORT"] = str(port)
    await stage.start()
    seconds = [0, 60, 60, 60, 5000]
    traced = [
        making.event("ptrace", 0, pid, number + 1, 0, time=5_000_000_000 + number)
        for number, pid in enumerate(seconds)
    ]
    await stage.publish(making.batch(*traced))
    (found,) = await stage.findings(1)
    await stage.settled()
    status = await stage.status()
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        metrics = await answer.text()

    reason = "remember: `seconds` is 5000 and should be above 0 and at most 3600"
    assert found.data == {"different": 3}
    assert status is not None
    assert status.detail["state"]["keys"] == 1
    assert status.detail["state"]["troubles"] == {"three_traced": {"facts": 2, "events": 0, "reason": reason}}
    assert f"signature three_traced: {reason}" in stage.engine.said()
    assert 'tracewire_signature_facts_refused_total{signature="three_traced"} 2\n' in metrics
    assert list(describe_state(status.detail)) == [
        "1 keys, 2 times written", f"three_traced: 2 facts refused: {reason}",
    ]  # fmt: skip


@pytest.mark.nats
@pytest.mark.opa
async def test_facts_outlive_nats_and_the_engine(stage: Stage) -> None:
    """After two events NATS is killed, after the restart the engine; the third makes the finding."""
    stage.sign("three_traced", THREE_TRACED)
    await stage.start()
    for number in range(2):
        await stage.publish(_traced(number + 1, number))
    await stage.settled()
    await stage.bus.stop()
    await stage.bus.start()
    await stage.ready()
    await stage.engine.stop()
    await stage.engine.start()
    await stage.ready()
    await stage.publish_when_possible(_traced(3, 2))

    (found,) = await stage.findings(1)
    assert found.data == {"different": 3}


@pytest.mark.nats
async def test_key_that_is_written_longest_ago_makes_room(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one key too many the first is forgotten, here and in the bucket, and starts anew."""
    monkeypatch.setattr(memory, "MOST_KEYS", 3)
    await stage.bus.start()
    stage.client = await nats.connect(stage.bus.url)
    kept = memory.Memory(stage.client, "one", print)
    fact = Fact("k", "", 60)
    for key in ("a", "b", "a", "c", "d"):
        await kept.add(
            memory.name_of("x", key), key, [(key * 2, SECOND, msgspec.structs.replace(fact, key=key))]
        )
    first, _ = await kept.add(memory.name_of("x", "a"), "a", [("again", 2 * SECOND, fact)])
    other = memory.Memory(stage.client, "two", print)
    forgotten, is_new = await other.add(memory.name_of("x", "b"), "b", [("later", 2 * SECOND, fact)])

    assert kept.statistics.evicted == 2
    assert kept.keys == 3
    assert set(first.items) == {"again"}
    assert (set(forgotten.items), is_new) == ({"later"}, True)
