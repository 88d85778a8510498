"""Exit codes, and the errors that carry one."""

from enum import IntEnum

from tracewire.errors import TracewireError


class Exit(IntEnum):
    """What the command's exit code means. Part of the contract: only ever added to."""

    DONE = 0
    NOT_SO = 1
    """The thing asked about is not so: not ready, a check failed."""
    USAGE = 2
    UNREACHABLE = 3
    """A part that is needed is not there or does not answer."""
    MACHINE = 4
    """This machine cannot: not root, no BTF."""


class CommandError(TracewireError):
    """A command that cannot do what it was asked.

    Attributes:
        code: What the process exits with.
        problem: A sentence that says what is wrong.
        remedy: A sentence that says what to do.
    """

    def __init__(self, code: Exit, problem: str, remedy: str) -> None:
        self.code = code
        self.problem = problem
        self.remedy = remedy
        super().__init__(problem)


class UsageError(CommandError):
    """The command line says something that nobody understands."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(Exit.USAGE, problem, remedy)


class NotInstalledError(CommandError):
    """The half of Tracewire that a command belongs to is not installed here."""

    def __init__(self, part: str) -> None:
        super().__init__(
            Exit.UNREACHABLE,
            f"The {part} is not installed in this Python environment.",
            f"Install it: pip install 'tracewire[{part}]'.",
        )
