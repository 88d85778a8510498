"""Findings and events as rows for people."""

from datetime import datetime
from typing import Any

import msgspec

from tracewire.command.cells import cell, coloured, has_colours, heading, terminal_columns
from tracewire.finding import ContainerView, EventView, Finding, ProcessView

_TIME, _SEVERITY, _CONTAINER = 8, 8, 12
_SMALLEST_DATA = 10
_GAP = "  "


class Table:
    """Rows of a fixed layout, printed one by one as they come.

    The terminal's width is looked at for every row, so that a resized window is used.
    """

    def __init__(self, *titles: str) -> None:
        self._titles = titles
        self._colours = has_colours()

    def head(self) -> str:
        """The row of titles."""
        row = self._row([title.upper() for title in self._titles])
        return heading(row) if self._colours else row

    def finding(self, finding: Finding) -> str:
        """One finding as a row."""
        severity = finding.signature.severity
        return self._row(
            [
                clock(finding.time),
                severity,
                finding.signature.title,
                process_name(finding.process),
                container_name(finding.container),
                pairs(finding.data),
            ],
            severity=severity if self._colours else None,
        )

    def event(self, event: EventView, process: ProcessView, container: ContainerView | None) -> str:
        """One event as a row."""
        data = pairs(event.args)
        if event.return_value:
            data += f" -> {event.return_value}"
        return self._row(
            [clock(event.time), event.name, process_name(process), container_name(container), data]
        )

    def _row(self, values: list[str], *, severity: str | None = None) -> str:
        cells = [cell(value, width) for value, width in zip(values, self._widths(), strict=True)]
        if severity is not None:
            cells[1] = coloured(cells[1], severity)
        return _GAP.join(cells).rstrip()

    def _widths(self) -> list[int | None]:
        """Fixed columns keep their width; title, process and data share what the terminal leaves."""
        total = terminal_columns()
        fixed = {"time": _TIME, "severity": _SEVERITY, "container": _CONTAINER}
        shared = {"signature": 32, "event": 26, "process": 24}
        shared = {title: wanted for title, wanted in shared.items() if title in self._titles}
        if total is None:
            return [fixed.get(title) or shared.get(title) for title in self._titles]
        rest = total - len(_GAP) * (len(self._titles) - 1) - sum(fixed[t] for t in self._titles if t in fixed)
        for_shared = max(rest - _SMALLEST_DATA, 4 * len(shared))
        if (sum_wanted := sum(shared.values())) > for_shared:
            shared = {title: max(4, wanted * for_shared // sum_wanted) for title, wanted in shared.items()}
        widths = {**fixed, **shared, "data": max(rest - sum(shared.values()), 1)}
        return [widths[title] for title in self._titles]


def findings_table() -> Table:
    """The table of findings."""
    return Table("time", "severity", "signature", "process", "container", "data")


def events_table() -> Table:
    """The table of events."""
    return Table("time", "event", "process", "container", "data")


def clock(moment: str) -> str:
    """The local time of day of an RFC 3339 *moment* in UTC, or the moment itself if it is none."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%H:%M:%S}"
    except ValueError:
        return moment


def process_name(process: ProcessView) -> str:
    """A process in a few characters: `bash[4711]`."""
    return f"{process.comm}[{process.pid}]"


def container_name(container: ContainerView | None) -> str:
    """A container in a few characters: its name, or the first twelve digits of its id."""
    return "-" if container is None else container.name or container.id[:12]


def pairs(values: dict[str, Any]) -> str:
    """*values* as `name=value name=value`."""
    return " ".join(f"{name}={_plain(value)}" for name, value in values.items())


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    return msgspec.json.encode(value).decode()
