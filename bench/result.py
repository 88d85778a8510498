"""One figure, beside its baseline and its goal."""

import msgspec

_DIGITS = 4
_DIGITLESS = 10_000
_TITLES = ("FIGURE", "VALUE", "UNIT", "BASELINE", "ITS VALUE", "RATIO", "GOAL", "MET")


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table and one object in results.json.

    Attributes:
        name: Of the figure.
        value: Measured.
        unit: Of value, baseline value and goal.
        baseline: What it is compared with, measured in the same run; None where `note` says why not.
        baseline_value: That one's figure.
        ratio: value / baseline_value.
        goal: Such as `<= 300 ns`; None where there is none.
        met: Whether the goal is reached; None without a goal.
        note: What a reader has to know to understand it; why a goal is missed and what would reach it.
    """

    name: str
    value: float
    unit: str
    baseline: str | None
    baseline_value: float | None
    ratio: float | None
    goal: str | None
    met: bool | None
    note: str | msgspec.UnsetType = msgspec.UNSET


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def result(
    name: str,
    value: float,
    unit: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    condition: bool = True,
    baseline: tuple[str, float] | None = None,
    note: str = "",
    if_missed: str = "",
) -> Result:
    """A result, judged.

    Args:
        name: Of the figure.
        value: Measured.
        unit: Of all figures.
        at_most: The goal, if it is an upper limit.
        at_least: The goal, if it is a lower limit.
        condition: Whether the rest holds under which the goal counts.
        baseline: Its name and figure.
        note: Always said.
        if_missed: Said if the goal is missed.
    """
    goal, met = None, None
    if at_most is not None:
        goal, met = f"<= {at_most:g} {unit}", value <= at_most and condition
    elif at_least is not None:
        goal, met = f">= {at_least:g} {unit}", value >= at_least and condition
    sentences = [note, if_missed if met is False else ""]
    return Result(
        name=name,
        value=_rounded(value),
        unit=unit,
        baseline=baseline[0] if baseline else None,
        baseline_value=_rounded(baseline[1]) if baseline else None,
        ratio=_rounded(value / baseline[1]) if baseline and baseline[1] else None,
        goal=goal,
        met=met,
        note=" ".join(filter(None, sentences)) or msgspec.UNSET,
    )


def table(results: list[Result]) -> list[str]:
    """The results in columns, notes below."""
    rows = [_TITLES, *map(_cells, results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return [*lines, "", *(f"{each.name}: {each.note}" for each in results if each.note)]


def _cells(one: Result) -> tuple[str, ...]:
    return (
        one.name,
        _shown(one.value),
        one.unit,
        one.baseline or "-",
        "-" if one.baseline_value is None else _shown(one.baseline_value),
        "-" if one.ratio is None else f"{one.ratio:.3g}",
        one.goal or "-",
        {True: "yes", False: "NO", None: "-"}[one.met],
    )


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= _DIGITLESS else f"{value:g}"
