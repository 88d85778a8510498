"""An OPA that stands still in the middle of an evaluation makes findings late, and nothing else."""

import os
import signal

import pytest

from tests.engine import making, rego
from tests.engine.conftest import Stage
from tests.serving import until

pytestmark = [pytest.mark.nats, pytest.mark.opa]

# So much work that OPA is stopped while it does some, and not between two requests.
_BUSY = rego.signature(
    "busy",
    """finding contains {"sum": total} if {
	input.event == "ptrace"
	input.args.pid == 13
	total := count([1 | some a in numbers.range(1, 20000); a % 7 == 3])
}""",
    identifier="TW-9011",
)
_BATCHES, _EVENTS = 20, 10


@pytest.mark.timeout(120)
async def test_opa_that_is_stopped_and_continued_costs_no_event_and_no_signature(stage: Stage) -> None:
    """Stopped until the engine has tried everything it can; then each event is found, once, by both."""
    stage.sign("traceme", rego.TRACEME)
    stage.sign("busy", _BUSY)
    await stage.start()
    for batch in range(_BATCHES):
        first = batch * _EVENTS
        await stage.publish(
            making.batch(
                *(
                    making.event("ptrace", 0, 13, 0, 0, time=5_000_000_000 + first + n)
                    for n in range(_EVENTS)
                ),
                sequence=batch,
            )
        )
        if batch == _BATCHES // 4:
            await stage.findings(1)
            os.kill(stage.opa.pid, signal.SIGSTOP)
    try:
        await until(
            lambda: "the machine has too little time for OPA" in stage.engine.said(),
            "the engine has looked for the reason",
        )
        status = await stage.status()
    finally:
        os.kill(stage.opa.pid, signal.SIGCONT)
    found = await stage.findings(2 * _BATCHES * _EVENTS)
    await stage.settled()
    after = await stage.status()

    expected = sorted((number, name) for number in range(_BATCHES * _EVENTS) for name in ("busy", "traceme"))
    assert sorted((int(one.event.time[-10:-1]), one.signature.name) for one in found) == expected
    assert status is not None
    assert after is not None
    assert (status.detail["quarantined"], after.detail["quarantined"]) == ({}, {})
    assert after.detail["evaluated"]["unjudged"] == 0
    assert after.ready
