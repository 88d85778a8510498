"""What ends `tracewire up`."""

import signal

from tracewire.command.errors import CommandError, Exit


class ChildFailedError(CommandError):
    """A child that dies again and again, right after it has started.

    Attributes:
        name: Which one.
        status: Its last exit code; a signal's number, negated, if one ended it.
        last_lines: What it printed last.
    """

    def __init__(self, name: str, status: int, last_lines: list[str], log: str) -> None:
        self.name = name
        self.status = status
        self.last_lines = last_lines
        lines = "\n".join(f"  {line}" for line in last_lines) or "  (nothing)"
        super().__init__(
            Exit.UNREACHABLE,
            f"{name} {ending(status)} again and again. It said last:\n{lines}",
            f"Mend what it says and start again; all of its output is in {log}.",
        )


def ending(status: int) -> str:
    """How a process ended, in words."""
    if status >= 0:
        return f"ended with exit code {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"
