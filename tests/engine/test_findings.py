"""A finding's id depends on what happened and on nothing else."""

from typing import Any

from engine.findings import Judgement, build, finding_id, ordered, subject, with_misses
from engine.plan import Item
from tests.engine import making
from tracewire.finding import SignatureReference

REFERENCE = SignatureReference(id="TW-9001", name="test", title="A test", severity="high")


def _judgements(*data: dict[str, Any]) -> list[Judgement]:
    item = Item(making.traceme(1), making.header(1), (2, 5))
    return [Judgement(item, REFERENCE, one, "sha256:0") for one in data]


def test_several_findings_about_one_event_have_ids_whatever_their_order() -> None:
    """OPA's sets have no order; the ids are the same each time all the same."""
    forth = ordered(_judgements({"a": 1}, {"a": 2}, {"a": 3}))
    back = ordered(_judgements({"a": 3}, {"a": 2}, {"a": 1}))

    def ids(pairs: list[tuple[Judgement, int]]) -> dict[str, int]:
        return {build(judgement, ordinal).id: judgement.data["a"] for judgement, ordinal in pairs}

    assert ids(forth) == ids(back)
    assert len(ids(forth)) == 3


def test_first_finding_needs_no_ordinal() -> None:
    """Its id is the hash of the event's and the signature's alone."""
    ((judgement, ordinal),) = ordered(_judgements({"a": 1}))
    found = build(judgement, ordinal)

    assert found.id == finding_id(found.event.id, "TW-9001")
    assert len(found.id) == 32
    assert subject(found) == "tracewire.findings.high.test"
    assert (found.coverage.window_seconds, found.coverage.lost) == (2, 5)


def test_other_event_other_signature_other_id() -> None:
    """Nothing that differs shares an id."""
    assert len({finding_id(e, s, o) for e in ("e1", "e2") for s in ("s1", "s2") for o in (0, 1)}) == 8


def test_finding_in_a_sample_is_also_one_about_ourselves() -> None:
    """An event that no clause wanted should hold nothing: the finding stays, and the fault is told."""
    event = making.event("ptrace", clauses=0, generation=7)
    item = Item(event, making.header(1), (2, 5))
    judgement = Judgement(item, REFERENCE, {"a": 1}, "sha256:0")

    found, missed = with_misses([judgement])
    assert found == judgement
    assert (missed.signature.id, missed.revision) == ("TW-0002", "sha256:0")
    assert missed.data == {"signature": "test", "signature_id": "TW-9001", "generation": 7}
    assert subject(build(missed)) == "tracewire.findings.medium.pushdown_missed"
    assert with_misses(_judgements({"a": 1})) == _judgements({"a": 1})
