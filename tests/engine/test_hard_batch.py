"""A batch that is too hard for the replica that has it does not make the others wait."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine import making, rego
from tests.engine.fleet import Fleet
from tests.engine.steady import numbers
from tests.serving import until
from tracewire import subjects

pytestmark = [pytest.mark.root, pytest.mark.nats, pytest.mark.opa]

# Some tenths of a second for each event, which alone is allowed, and not for forty in one batch.
_HARD = rego.signature(
    "hard",
    """finding contains {"count": found} if {
	input.event == "ptrace"
	input.args.pid == 13
	found := count([1 |
		some a in numbers.range(1, 400)
		some b in numbers.range(1, 400)
		a * b == input.args.pid
	])
}""",
    identifier="TW-9010",
)
_HARD_EVENTS = 40
_EASY = 500
_EASY_SECONDS = 10.0


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    """Three engines that share one OPA."""
    made = Fleet(tmp_path)
    (made.signatures / "traceme.rego").write_text(rego.TRACEME)
    (made.signatures / "hard.rego").write_text(_HARD)
    try:
        await made.start(engines=3)
        yield made
    finally:
        await made.stop()
        for engine in made.engines:
            print(engine.said())


async def test_hard_batch_starves_nobody(fleet: Fleet) -> None:
    """Those that come behind it, and even into the same request, are found meanwhile; it is judged too."""
    jetstream = fleet.client.jetstream()
    subject = subjects.events("vm-1", "process")
    hard = [making.event("ptrace", 16, 13, 0, 0, time=9_000_000_000 + n) for n in range(_HARD_EVENTS)]
    await jetstream.publish(subject, making.batch(*hard))

    async def is_being_judged() -> bool:
        info = await jetstream.consumer_info(subjects.EVENTS_STREAM, subjects.ENGINE_CONSUMER)
        return bool(info.num_ack_pending)

    await until(is_being_judged, "a replica has the hard batch")
    begin = time.monotonic()
    for start in range(0, _EASY, 10):
        await jetstream.publish(subject, making.batch(*(making.traceme(n) for n in range(start, start + 10))))

    async def all_found() -> bool:
        return numbers(await fleet.findings(), "traceme") == list(range(_EASY))

    await until(all_found, "the easy ones are found")
    taken = time.monotonic() - begin
    still_working = await is_being_judged()

    print(f"easy events found within {taken:.2f} s")
    assert still_working
    assert taken < _EASY_SECONDS
    await fleet.settled()
    found = await fleet.findings()
    assert numbers(found, "traceme") == list(range(_EASY))
    assert sum(one.signature.name == "hard" for one in found) == _HARD_EVENTS
