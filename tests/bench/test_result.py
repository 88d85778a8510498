"""A figure is judged by its goal, compared with its baseline, and written as the contract has it."""

import msgspec
import pytest

from bench.result import Result, result, table

_met = result("cpu", 142.0, "ns", at_most=300, baseline=("callback", 975.0))
_missed = result("rate", 123_456.7, "events/s", at_least=500_000, note="Busy.", if_missed="Two cores only.")


def test_a_met_goal_is_written_as_in_the_contract() -> None:
    """results.json has exactly these fields, and no note where there is nothing to say."""
    assert msgspec.json.decode(msgspec.json.encode(_met)) == {
        "name": "cpu",
        "value": 142.0,
        "unit": "ns",
        "baseline": "callback",
        "baseline_value": 975.0,
        "ratio": 0.1456,
        "goal": "<= 300 ns",
        "met": True,
    }


def test_a_missed_goal_says_why() -> None:
    """The reason follows the note; a missing baseline is null."""
    assert _missed == Result(
        name="rate",
        value=123_500.0,
        unit="events/s",
        baseline=None,
        baseline_value=None,
        ratio=None,
        goal=">= 500000 events/s",
        met=False,
        note="Busy. Two cores only.",
    )


@pytest.mark.parametrize(("value", "met"), [(299.99, True), (300.0, True), (300.01, False)])
def test_the_limit_itself_is_within_the_goal(value: float, *, met: bool) -> None:
    """A goal is judged by what was measured, not by what is left after rounding."""
    assert result("cpu", value, "ns", at_most=300).met is met


def test_a_goal_under_a_condition_is_missed_without_it() -> None:
    """A cost that was reached by losing events is not the cost that was asked for."""
    assert result("cpu", 142.0, "ns", at_most=300, condition=False).met is False


def test_the_table_has_a_line_for_each_figure_and_the_notes_below() -> None:
    """Columns are as wide as their widest cell."""
    assert table([_met, _missed]) == [
        "FIGURE  VALUE    UNIT      BASELINE  ITS VALUE  RATIO  GOAL                MET",
        "cpu     142      ns        callback  975        0.146  <= 300 ns           yes",
        "rate    123,500  events/s  -         -          -      >= 500000 events/s  NO",
        "",
        "rate: Busy. Two cores only.",
    ]
