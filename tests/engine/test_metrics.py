"""What Prometheus is told, as text by its rules."""

import re

import pytest

from engine.costs import Cost
from engine.metrics import text
from tracewire.status import ServiceStatus

STATUS = ServiceStatus(
    service="engine",
    node="vm-1",
    pid=1,
    instance="i",
    ready=True,
    problems=[],
    detail={
        "signatures": 2,
        "refused": {"a.rego": "1: wrong"},
        "quarantined": {},
        "received": {"batches": 3, "events": 40, "wanted": 30, "unknown": 1, "unreadable": 0, "refused": 0},
        "evaluated": {"evaluated": 30, "matched": 2, "unreadable": 0, "unjudged": 1},
        "findings": 2,
        "state": {
            "keys": 4,
            "statistics": {"written": 6, "conflicts": 1, "evicted": 2, "left_out": 3},
            "troubles": {"one": {"facts": 5, "events": 7, "reason": 'said "no"\n'}},
        },
    },
)
COSTS = {"two": Cost(None, None, 0, 0), "one": Cost(12.5, 0.25, 30, 2)}

_HELP = re.compile(r"# HELP (?P<name>[a-z_]+) [^\n]+")
_TYPE = re.compile(r"# TYPE (?P<name>[a-z_]+) (?P<kind>counter|gauge)")
_SAMPLE = re.compile(
    r'(?P<name>[a-z_]+)(?:\{signature="(?P<signature>[a-z0-9_]+)"\})? (?P<value>\d+(?:\.\d+)?(?:e-\d+)?)'
)


def _read(said: str) -> dict[str, dict[str | None, float]]:
    """The samples by name and signature; fails where a line is none of the format's."""
    assert said.endswith("\n")
    families: dict[str, dict[str | None, float]] = {}
    lines = iter(said.splitlines())
    line = next(lines, None)
    while line is not None:
        help_, kind = _HELP.fullmatch(line), _TYPE.fullmatch(next(lines))
        assert help_, line
        assert kind, line
        name = help_["name"]
        assert kind["name"] == name
        assert name not in families, f"{name} comes twice"
        assert name.endswith("_total") == (kind["kind"] == "counter"), name
        families[name] = {}
        line = next(lines, None)
        while line is not None and not line.startswith("#"):
            sample = _SAMPLE.fullmatch(line)
            assert sample, line
            assert sample["name"] == name
            assert sample["signature"] not in families[name]
            families[name][sample["signature"]] = float(sample["value"])
            line = next(lines, None)
    return families


def test_every_count_is_there_with_its_kind_and_a_sentence() -> None:
    """All of it: what comes once, and what comes for each signature."""
    assert _read(text(STATUS, COSTS)) == {
        "tracewire_engine_ready": {None: 1},
        "tracewire_engine_batches_received_total": {None: 3},
        "tracewire_engine_events_received_total": {None: 40},
        "tracewire_engine_events_wanted_total": {None: 30},
        "tracewire_engine_events_unknown_total": {None: 1},
        "tracewire_engine_events_unreadable_total": {None: 0},
        "tracewire_engine_messages_refused_total": {None: 0},
        "tracewire_engine_events_evaluated_total": {None: 30},
        "tracewire_engine_pairs_unjudged_total": {None: 1},
        "tracewire_engine_findings_total": {None: 2},
        "tracewire_engine_state_writes_total": {None: 6},
        "tracewire_engine_state_conflicts_total": {None: 1},
        "tracewire_engine_state_evicted_total": {None: 2},
        "tracewire_engine_state_left_out_total": {None: 3},
        "tracewire_engine_signatures": {None: 2},
        "tracewire_engine_files_refused": {None: 1},
        "tracewire_engine_signatures_quarantined": {None: 0},
        "tracewire_engine_state_keys": {None: 4},
        "tracewire_signature_facts_refused_total": {"one": 5},
        "tracewire_signature_state_unjudged_total": {"one": 7},
        "tracewire_signature_events_total": {"one": 30, "two": 0},
        "tracewire_signature_findings_total": {"one": 2, "two": 0},
        "tracewire_signature_evaluation_seconds": {"one": 0.0000125},
        "tracewire_signature_share": {"one": 0.25},
    }


@pytest.mark.parametrize("detail", [{}, {"state": {}}, {"received": {}, "evaluated": {}}])
def test_engine_that_has_just_started_says_zero(detail: dict[str, object]) -> None:
    """And not nothing: a counter that comes later would look like one that was reset."""
    status = ServiceStatus(
        service="engine", node="vm-1", pid=1, instance="i", ready=False, problems=["new"], detail=detail
    )
    families = _read(text(status, {}))

    assert {value for samples in families.values() for value in samples.values()} == {0}
    assert len(families) == len(_read(text(STATUS, COSTS)))
