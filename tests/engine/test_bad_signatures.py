"""A signature that goes wrong is stopped and reported, and the others go on."""

import re
import time

import pytest

from tests.engine import making, rego
from tests.engine.conftest import Stage, until

pytestmark = [pytest.mark.nats, pytest.mark.opa]

ENDLESS = rego.signature(
    "endless",
    """finding contains {"sum": total} if {
	input.event == "ptrace"
	input.args.pid == 13
	total := count([1 |
		some a in numbers.range(1, 3000)
		some b in numbers.range(1, 3000)
		some c in numbers.range(1, 3000)
		a + b + c == 5 + input.args.pid
	])
}""",
    identifier="TW-9003",
)
WRONG_TYPE = rego.signature(
    "wrong_type",
    """finding contains said if {
	input.event == "ptrace"
	said := input.args.request
}""",
    identifier="TW-9004",
)
CONFLICT = rego.signature(
    "conflict",
    """finding contains {"words": words} if {
	input.event == "ptrace"
	words := {"key": word | some word in numbers.range(0, input.args.pid)}
}""",
    identifier="TW-9005",
)
EXPLODING = rego.signature(
    "exploding",
    """finding contains {"pair": [a, b]} if {
	input.event == "ptrace"
	some a in numbers.range(1, 15)
	some b in numbers.range(1, 15)
}

remember contains {"key": input.process.key, "item": item, "seconds": 60} if {
	input.event == "ptrace"
	some item in numbers.range(1, 150)
}""",
    identifier="TW-9006",
)


async def test_signature_that_never_ends_is_quarantined_and_the_others_go_on(stage: Stage) -> None:
    """The others judge the batch and all that follows; a finding of our own says what happened."""
    stage.sign("traceme", rego.TRACEME)
    stage.sign("endless", ENDLESS)
    await stage.start()
    culprit = making.event("ptrace", 0, 13, 0, 0, time=5_000_000_500)
    await stage.publish(making.batch(*(making.traceme(number) for number in range(100)), culprit))
    start = time.monotonic()
    found = await stage.findings(102)
    taken = time.monotonic() - start

    own = [one for one in found if one.signature.name == "engine_quarantine"]
    assert sum(one.signature.name == "traceme" for one in found) == 101
    assert len(own) == 1
    assert own[0].signature.id == "TW-0001"
    assert own[0].event.args["pid"] == 13
    assert own[0].data["signature"] == "endless"
    assert own[0].data["signature_id"] == "TW-9003"
    assert own[0].data["reason"].startswith("no answer within")
    # Seven seconds of tries, so that a busy machine is not taken for it, and some to find it.
    assert taken < 18

    await stage.publish(making.batch(making.event("ptrace", 0, 13, 0, 0, time=5_000_000_600)))
    start = time.monotonic()
    await stage.findings(103)
    assert time.monotonic() - start < 1
    status = await stage.status()
    assert status is not None
    assert status.ready
    assert list(status.detail["quarantined"]) == ["endless"]


async def test_quarantine_ends_when_the_file_changes(stage: Stage) -> None:
    """The author mends the signature and has it back without a restart."""
    stage.sign("wrong_type", WRONG_TYPE)
    await stage.start()
    await stage.publish(making.batch(making.traceme(1)))
    (own,) = await stage.findings(1)
    assert own.data == {
        "signature": "wrong_type",
        "signature_id": "TW-9004",
        "reason": 'finding contains "PTRACE_TRACEME" where an object is needed',
    }

    stage.sign("wrong_type", WRONG_TYPE.replace("contains said", 'contains {"said": said}'))

    async def is_back() -> bool:
        status = await stage.status()
        return status is not None and status.ready and status.detail["quarantined"] == {}

    await until(is_back, "the signature is back")
    await stage.publish(making.batch(making.traceme(2)))
    found = await stage.findings(2)
    assert found[1].data == {"said": "PTRACE_TRACEME"}


async def test_signature_that_fails_on_some_events_is_stopped_after_three(stage: Stage) -> None:
    """Until then the events that it can judge are judged by it, also those in the same batch."""
    stage.sign("traceme", rego.TRACEME)
    stage.sign("conflict", CONFLICT)
    await stage.start()
    for number in range(3):
        time_of = [5_000_000_000 + 10 * number + position for position in range(3)]
        events = [making.event("ptrace", 0, pid, 0, 0, time=time_of[pid]) for pid in (0, 1, 2)]
        # With pid 0 there is one word for the key, with 1 and 2 there are several.
        await stage.publish(making.batch(events[0], events[number % 2 + 1], making.traceme(900 + number)))
        await stage.settled()

    found = await stage.findings(16)
    names = [one.signature.name for one in found]
    assert names.count("traceme") == 9
    assert [one.data for one in found if one.signature.name == "conflict"] == [{"words": {"key": 0}}] * 6
    own = [one.data for one in found if one.signature.name == "engine_quarantine"]
    assert len(own) == 1
    assert "object keys must be unique" in own[0]["reason"]


@pytest.mark.parametrize("beside", ["", CONFLICT], ids=["in the batch", "alone"])
async def test_signature_that_explodes_is_stopped_at_the_first_event(stage: Stage, beside: str) -> None:
    """A hundred of its findings are kept, the same ones however it was asked; the others go on."""
    stage.sign("traceme", rego.TRACEME)
    stage.sign("exploding", EXPLODING)
    if beside:
        stage.sign("conflict", beside)
    await stage.start()
    # With pid 2 the signature beside it fails, so that each is asked alone.
    await stage.publish(making.batch(making.event("ptrace", 0, 2, 0, 0, time=5_000_000_000)))
    await stage.findings(102)
    await stage.publish(making.batch(making.event("ptrace", 0, 0, 0, 0, time=5_000_000_001)))
    await stage.settled()
    found = await stage.findings(103)
    status = await stage.status()

    pairs = sorted(one.data["pair"] for one in found if one.signature.name == "exploding")
    every = ([a, b] for a in range(1, 16) for b in range(1, 16))
    assert pairs == sorted(sorted(every, key=lambda pair: f"[{pair[0]},{pair[1]}]")[:100])
    assert sum(one.signature.name == "traceme" for one in found) == 2
    (own,) = [one.data for one in found if one.signature.name == "engine_quarantine"]
    assert own["signature"] == "exploding"
    assert re.fullmatch(
        "it says (225|150) things about one event, of which the first 100 are kept", own["reason"]
    )
    assert status is not None
    assert list(status.detail["quarantined"]) == ["exploding"]
