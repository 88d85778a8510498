"""From what OPA answers to what is published."""

from hashlib import blake2b
from typing import Any

import msgspec

from engine.coverage import coverage
from engine.plan import Item
from tracewire import subjects
from tracewire.errors import EventError
from tracewire.finding import Finding, SignatureReference
from tracewire.view import event_key, view_container, view_event, view_pod, view_process

QUARANTINE = SignatureReference(
    id="TW-0001",
    name="engine_quarantine",
    title="The engine has stopped using a signature",
    severity="low",
    tags=["engine"],
)

MISSED = SignatureReference(
    id="TW-0002",
    name="pushdown_missed",
    title="The kernel would have dropped an event that a signature finds something in",
    severity="medium",
    tags=["engine"],
)

_sorted = msgspec.json.Encoder(order="sorted")


class Judgement(msgspec.Struct, frozen=True):
    """One signature's word on one event.

    Attributes:
        item: The event.
        signature: Which signature.
        data: What it says.
        revision: Of the bundle it is in.
    """

    item: Item
    signature: SignatureReference
    data: dict[str, Any]
    revision: str


def with_misses(judgements: list[Judgement]) -> list[Judgement]:
    """*judgements*, and one about ourselves for each of an event that is there only as a sample.

    Such an event says that no clause wanted it (`Event.clauses` is 0): with clauses that hold
    whenever a signature finds something, none of those can ever be judged.
    """
    return judgements + [
        Judgement(
            one.item,
            MISSED,
            {
                "signature": one.signature.name,
                "signature_id": one.signature.id,
                "generation": one.item.event.generation,
            },
            one.revision,
        )
        for one in judgements
        if not one.item.event.clauses and one.signature.id not in {QUARANTINE.id, MISSED.id}
    ]


def finding_id(event_id: str, signature_id: str, ordinal: int = 0) -> str:
    """The same for the same finding, however often its event is evaluated.

    Args:
        event_id: From `event_key`.
        signature_id: Such as TW-0102.
        ordinal: Counts the findings of one signature about one event from 0.
    """
    said = f"{event_id}/{signature_id}" + (f"/{ordinal}" if ordinal else "")
    return blake2b(said.encode(), digest_size=16).hexdigest()


def ordered(judgements: list[Judgement]) -> list[tuple[Judgement, int]]:
    """Each judgement with its ordinal; OPA answers in no order, ids must not depend on that."""
    counted: dict[tuple[int, str], int] = {}
    found = []
    for judgement in sorted(judgements, key=lambda one: (one.signature.id, _sorted.encode(one.data))):
        key = (id(judgement.item), judgement.signature.id)
        counted[key] = counted.get(key, -1) + 1
        found.append((judgement, counted[key]))
    return found


def build(judgement: Judgement, ordinal: int = 0) -> Finding:
    """The finding that *judgement* becomes.

    Raises:
        EventError: The event cannot be shown as a whole.
    """
    try:
        return _build(judgement, ordinal)
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError, OSError) as error:
        raise unreadable(judgement.item, error) from error


def unreadable(item: Item, error: Exception) -> EventError:
    """*error* as one of the event: a time beyond the calendar, a number where a name should be.

    An event that stops the engine would stop it again after every restart.
    """
    problem = error.problem if isinstance(error, EventError) else f"{type(error).__name__}: {error}"
    return EventError(problem, event_id=item.event.event_id)


def _build(judgement: Judgement, ordinal: int) -> Finding:
    event, header = judgement.item.event, judgement.item.header
    seen = view_event(event, header)
    return Finding(
        id=finding_id(event_key(event, header), judgement.signature.id, ordinal),
        time=seen.time,
        node=header.node,
        signature=judgement.signature,
        data=judgement.data,
        event=seen,
        process=view_process(event, header),
        container=view_container(event, judgement.item.known),
        pod=view_pod(judgement.item.known),
        revision=judgement.revision,
        coverage=coverage(judgement.item.lost),
    )


def subject(finding: Finding) -> str:
    """Where *finding* is published."""
    return subjects.finding(finding.signature.severity, finding.signature.name)
