"""What it takes to define an event."""

from enum import Enum

import msgspec


class Kind(Enum):
    """The type of an argument, as the kernel writes it and as a reader sees it.

    The comment behind each is: on the wire -> in JSON.
    """

    INTEGER = "integer"  # integer -> number
    POINTER = "pointer"  # integer -> "0x..." string
    BOOLEAN = "boolean"  # boolean -> boolean
    STRING = "string"  # bin -> string, bytes that are not UTF-8 as \xNN
    PATH = "path"  # bin -> string, absolute unless the kernel could not resolve it
    STRINGS = "strings"  # bin, each string ended by NUL -> list of strings
    BYTES = "bytes"  # bin -> base64 string
    ADDRESS = "address"  # [family, address bin, port] -> object named after struct sockaddr_*
    FLAGS = "flags"  # integer -> list of names, what has no name as one hexadecimal string
    ENUM = "enum"  # integer -> name, or the number if it has none
    CREDENTIALS = "credentials"  # list of 15 integers -> object
    INTEGERS = "integers"  # list of integers -> list of numbers
    TIMESPEC = "timespec"  # [seconds, nanoseconds] -> object named after the C structure
    TIMEVAL = "timeval"  # [seconds, microseconds] -> the same
    TIMESPECS = "timespecs"  # access and change time, four integers -> list of two of them
    TIMEVALS = "timevals"  # the same in microseconds
    ITIMERSPEC = "itimerspec"  # interval and value, four integers -> object of two of them
    ITIMERVAL = "itimerval"  # the same in microseconds
    IOVECS = "iovecs"  # address, length, address, ... -> list of objects


class Exactness(Enum):
    """Where an argument's value comes from, and so whether an attacker can change it."""

    EXACT = "exact"
    """Read from a register or from the kernel object that the operation used."""
    RACY = "racy"
    """Found through a descriptor number or a name that another thread may have swapped."""
    USER = "user"
    """Read from the process's own memory, which another thread may have changed."""


class Argument(msgspec.Struct, frozen=True):
    """One argument of an event.

    Attributes:
        name: Tracee's name where Tracee has the event, the kernel's otherwise.
        kind: Its type.
        names: For FLAGS and ENUM: the table in `tracewire.catalogue.constants`.
        note: What a reader needs to know; a sentence.
        on_request: Only sent when an interest names it, because it is large.
    """

    name: str
    kind: Kind
    names: str = ""
    note: str = ""
    on_request: bool = False


class Rung(msgspec.Struct, frozen=True):
    """One way of producing an event, best first in `Definition.rungs`.

    Attributes:
        name: What `tracewire doctor` and `--rung` call it.
        programs: BPF programs that must be attached, all of them.
        exactness: Arguments that are not exact on this rung, and why.
        note: What this rung does not see.
    """

    name: str
    programs: tuple[str, ...]
    exactness: dict[str, Exactness] = {}
    note: str = ""


class Definition(msgspec.Struct, frozen=True):
    """One event.

    Attributes:
        id: Never reused, at most 65535.
        name: Tracee's name where Tracee has the event, the kernel's otherwise.
        family: The BPF object that produces it, and the last token of its subject.
        summary: When it happens; a sentence.
        arguments: In wire order; new ones are only appended.
        tags: Sets it belongs to.
        rungs: Ways to produce it, best first.
        syscalls: System calls in which it can happen; empty where it is not bound to any.
        requests: Operations of io_uring that do the same, as linux/io_uring.h names them.
        request_rungs: Ways to see those, best first, beside whichever rung sees the system calls.
        hot: Happens thousands of times a second on a busy host, so that what is
            costly and not needed to judge it (the working directory) is left out.
    """

    id: int
    name: str
    family: str
    summary: str
    arguments: tuple[Argument, ...]
    rungs: tuple[Rung, ...]
    tags: tuple[str, ...] = ()
    syscalls: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    request_rungs: tuple[Rung, ...] = ()
    hot: bool = False

    def argument(self, name: str) -> int:
        """The position of argument *name*.

        Raises:
            KeyError: The event has no such argument.
        """
        for position, argument in enumerate(self.arguments):
            if argument.name == name:
                return position
        raise KeyError(name)
