"""Results as a table, for a terminal and for docs/kernels.md."""

from collections.abc import Mapping

from tests.kernels.results import Results, rows

_EVERY_CALL = "system calls, each an event"


def _reasons(kernels: Mapping[str, Results]) -> dict[str, int]:
    """Each reason once, numbered from 1."""
    numbers: dict[str, int] = {}
    for event, rung in rows(kernels.values()):
        for kernel in kernels.values():
            reason = kernel.cells[event, rung].reason if (event, rung) in kernel.cells else ""
            if reason:
                numbers.setdefault(reason, len(numbers) + 1)
    return numbers


def _body(kernels: Mapping[str, Results], numbers: Mapping[str, int]) -> list[list[str]]:
    body = []
    for event, rung in rows(kernels.values()):
        line = [event, rung]
        for kernel in kernels.values():
            cell = kernel.cells.get((event, rung))
            reason = f"- ({numbers[cell.reason]})" if cell and cell.reason else ""
            line.append(reason or (cell.text if cell else ""))
        body.append(line)
    if any(kernel.calls for kernel in kernels.values()):
        body.append(
            [
                _EVERY_CALL,
                "sys_exit",
                *(kernel.calls_text if kernel.calls else "" for kernel in kernels.values()),
            ]
        )
    return body


def text(kernels: Mapping[str, Results]) -> str:
    """For a terminal: columns, and below them why a rung is not to be had."""
    numbers = _reasons(kernels)
    lines = [["EVENT", "RUNG", *kernels], *_body(kernels, numbers)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    printed = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    printed += ["", "* the rung that the collector stands on by itself; a number is that of the tests"]
    printed += [f"({number}) {reason}" for reason, number in numbers.items()]
    return "\n".join(printed)


def markdown(kernels: Mapping[str, Results]) -> str:
    """For a page."""
    numbers = _reasons(kernels)
    head = ["event", "rung", *kernels]
    lines = [head, ["---"] * len(head), *_body(kernels, numbers)]
    printed = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    printed += ["", *(f"{number}. {reason}" for reason, number in numbers.items())]
    return "\n".join(printed)
