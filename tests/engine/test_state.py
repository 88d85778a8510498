"""What a signature remembers of events, whichever replicas they come to."""

import asyncio

import msgspec
import pytest

from engine.fact import Fact, read_fact
from engine.remembered import MOST_ITEMS, Kept, Remembered
from tests.engine import making, rego
from tests.engine.conftest import Stage
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
        {"key": "k" * 2000, "seconds": 1},
    ],
)
def test_what_is_no_fact_is_refused_with_a_reason(said: object) -> None:
    """A rule that says something else does not get it remembered."""
    assert str(read_fact(said)).startswith("remember: ")
