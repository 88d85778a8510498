"""Ready means that everything is there and does what it is for."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from nats.aio.client import Client

from tracewire import subjects
from tracewire.condition import Condition, examine, judge
from tracewire.interest import ENGINE_KEY, EventInterest, Interest
from tracewire.status import ServiceStatus

INTEREST = Interest(asker="signatures", events={"ptrace": EventInterest()}, revision="sha256:1")
STREAMS = [subjects.EVENTS_STREAM, subjects.FINDINGS_STREAM, subjects.LEDGER_STREAM]


def collector(node: str = "vm-1", **fields: Any) -> ServiceStatus:
    """A collector that has attached what INTEREST asks for."""
    detail = {"interest": {"ptrace": "sys_exit"}, "applied": {ENGINE_KEY: INTEREST.revision}}
    return ServiceStatus(
        **{
            "service": "collector",
            "node": node,
            "pid": 7,
            "instance": "c",
            "ready": True,
            "detail": detail,
            **fields,
        }
    )


def engine(**fields: Any) -> ServiceStatus:
    """An engine with signatures, whose OPA answers."""
    detail = {
        "revision": "sha256:1",
        "signatures": 14,
        "refused": {},
        "opa": {"address": "unix:///s", "ready": True},
    }
    return ServiceStatus(
        **{
            "service": "engine",
            "node": "vm-1",
            "pid": 8,
            "instance": "e",
            "ready": True,
            "detail": detail,
            **fields,
        }
    )


def judged(
    *statuses: ServiceStatus, interest: Interest | None = INTEREST, streams: list[str] = STREAMS
) -> Condition:
    """The condition on vm-1."""
    facts = {"url": "nats://x", "connected": True, "streams": streams}
    return judge(nats_facts=facts, statuses=list(statuses), interest=interest, this_node="vm-1")


def test_with_everything_it_is_ready() -> None:
    """The collector of this host comes first; OPA is as the engine sees it."""
    found = judged(collector("another"), collector(), engine())

    assert found == Condition(
        ready=True,
        nats={"url": "nats://x", "connected": True, "streams": STREAMS},
        opa={"address": "unix:///s", "ready": True},
        collector=collector(),
        engine=engine(),
        collectors=[collector(), collector("another")],
        engines=[engine()],
        problems=[],
    )


@pytest.mark.parametrize(
    ("condition", "problems"),
    [
        (judged(engine()), ["no collector answers"]),
        (judged(collector()), ["no engine answers"]),
        (
            judged(collector(), engine(), streams=[]),
            ["stream TRACEWIRE_EVENTS is not there", "stream TRACEWIRE_FINDINGS is not there"],
        ),
        (judged(collector(), engine(), interest=None), ["the engine has not said yet which events it wants"]),
        (
            judged(collector(detail={"applied": {ENGINE_KEY: "sha256:0"}}), engine()),
            ["collector on vm-1 has not attached yet what the signatures need"],
        ),
        (
            judged(collector(ready=False, problems=["ptrace cannot be seen"]), engine()),
            ["collector on vm-1: ptrace cannot be seen"],
        ),
        (judged(collector(), engine(ready=False)), ["engine on vm-1 is not ready yet"]),
        (judged(collector(), engine(detail={"signatures": 0})), ["no signature is loaded"]),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(condition: Condition, problems: list[str]) -> None:
    assert (condition.ready, condition.problems) == (False, problems)


@pytest.mark.nats
async def test_everyone_on_the_bus_is_asked(nats_url: str, client: Client) -> None:
    """Several services answer one request; the engine's interest is read from the bus."""
    bucket = await client.jetstream().key_value(subjects.INTEREST_BUCKET)
    await bucket.put(ENGINE_KEY, msgspec.json.encode(INTEREST))
    for status in (collector(), collector("another"), engine()):

        async def answer(message: Any, status: ServiceStatus = status) -> None:
            await message.respond(msgspec.json.encode(status))

        await client.subscribe(subjects.STATUS, cb=answer)

    found = await examine(client, nats_url, "vm-1")

    assert found.ready
    assert found.collectors == [collector(), collector("another")]
    assert found.engines == [engine()]
    assert found.nats["url"] == nats_url
    assert set(STREAMS) <= set(found.nats["streams"])


@pytest.mark.nats
async def test_with_nobody_on_the_bus_it_is_not_ready(nats_url: str, client: Client, run: Callable) -> None:
    """Exit code 1: the bus answers, so it is not so; and JSON is printed all the same."""
    done = run("status", "--json", "--nats", nats_url)
    found = msgspec.json.decode(done.stdout, type=Condition)

    assert done.returncode == 1
    assert (found.ready, found.nats["connected"], found.collector) == (False, True, None)
    assert found.problems[:2] == ["no collector answers", "no engine answers"]
