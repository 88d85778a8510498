"""System calls as a table: one line for each, in the modules of `tracewire.catalogue.calls`.

    openat(dirfd:dirfd, pathname:str, flags:flags:open, mode:mode) -> fd

is a name, its arguments as name:type or name:type:names, and what it returns. A line in brackets
gives the tags of those below it.
"""

import re
from collections.abc import Iterator

import msgspec

from tracewire.catalogue.calls import files, ipc, memory, network, old_32_bit, processes, system, times
from tracewire.catalogue.definition import Kind

_LINE = re.compile(r"(\w+)\((.*)\) -> (\w+)")

TYPES: dict[str, Kind] = {
    "int": Kind.INTEGER,
    "uint": Kind.INTEGER,
    "long": Kind.INTEGER,
    "ulong": Kind.INTEGER,
    "fd": Kind.INTEGER,
    "pid": Kind.INTEGER,
    "off": Kind.INTEGER,  # 64 bits: in a 32-bit call two registers, low one first
    "u64": Kind.INTEGER,  # the same without a sign
    "id": Kind.INTEGER,  # of a user or group; -1 leaves it as it is
    "id16": Kind.INTEGER,
    "ptr": Kind.POINTER,
    "str": Kind.STRING,
    "strs": Kind.STRINGS,
    "text": Kind.STRING,  # as long as the next argument says
    "addr": Kind.ADDRESS,  # as long as the next argument says
    "addr_out": Kind.ADDRESS,  # written by the call; as long as what the next argument points to
    "sigset": Kind.FLAGS,
    "dirfd": Kind.ENUM,
    "mode": Kind.FLAGS,  # 16 bits
    "flags": Kind.FLAGS,  # 32 bits
    "flags64": Kind.FLAGS,
    "pair": Kind.FLAGS,  # 64 bits: see `off`
    "enum": Kind.ENUM,  # 32 bits with a sign
    "uenum": Kind.ENUM,
    "timespec": Kind.TIMESPEC,
    "timespec32": Kind.TIMESPEC,
    "timeval": Kind.TIMEVAL,
    "timespecs": Kind.TIMESPECS,
    "timespecs32": Kind.TIMESPECS,
    "timevals": Kind.TIMEVALS,
    "itimerspec": Kind.ITIMERSPEC,
    "itimerspec32": Kind.ITIMERSPEC,
    "itimerval": Kind.ITIMERVAL,
    "iovecs": Kind.IOVECS,  # as many as the next argument says
    "pair_out": Kind.INTEGERS,  # two descriptors, written by the call
    "ids": Kind.INTEGERS,  # as many as the argument before says
    "ids16": Kind.INTEGERS,
}
_NAMES = {"sigset": "sigset", "dirfd": "dirfd", "mode": "mode"}

# In the memory of the caller, where another thread can change it.
IN_MEMORY = frozenset(
    name
    for name, kind in TYPES.items()
    if kind not in {Kind.INTEGER, Kind.POINTER, Kind.ENUM, Kind.FLAGS} or name == "sigset"
)
RETURNS: dict[str, str] = {
    "zero": "0",
    "fd": "a descriptor",
    "size": "bytes",
    "count": "a number of things",
    "offset": "an offset",
    "address": "an address",
    "pid": "a process, thread, group or session",
    "any": "depends",
    "never": "does not return; told when it is entered, with 0",
    "execve": "0; told by the new program",
    "nosys": "not implemented by any kernel that is meant: an error",
}


class CallArgument(msgspec.Struct, frozen=True):
    """An argument of a system call.

    Attributes:
        name: As the manual page calls it.
        type: One of TYPES.
        names: Table of names of its values, or nothing.
    """

    name: str
    type: str
    names: str


class Call(msgspec.Struct, frozen=True):
    """A system call.

    Attributes:
        name: As the kernel calls it; of a 32-bit one, that of the function that the kernel runs.
        arguments: In the order of registers.
        returns: One of RETURNS.
        tags: Sets it belongs to.
    """

    name: str
    arguments: tuple[CallArgument, ...]
    returns: str
    tags: tuple[str, ...]


def _argument(text: str) -> CallArgument:
    name, kind, *names = text.split(":")
    if kind not in TYPES:
        raise ValueError(f"{text}: no such type")
    return CallArgument(name, kind, names[0] if names else _NAMES.get(kind, ""))


def parse(table: str) -> Iterator[Call]:
    """The system calls of *table*.

    Raises:
        ValueError: A line is not of the form above.
    """
    tags: tuple[str, ...] = ()
    for line in table.split("\n"):
        if line.startswith("["):
            tags = ("syscalls", *line.strip("[]").split())
        elif line:
            match = _LINE.fullmatch(line)
            if match is None or match[3] not in RETURNS:
                raise ValueError(f"{line}: not a system call")
            arguments = tuple(_argument(part) for part in match[2].split(", ") if part)
            yield Call(match[1], arguments, match[3], tags)


_TABLES = (files.TABLE, memory.TABLE, processes.TABLE, network.TABLE, ipc.TABLE, times.TABLE, system.TABLE)
CALLS: dict[str, Call] = {call.name: call for table in _TABLES for call in parse(table)}
# Their order is that of their events' ids: new ones are only appended.
ONLY_32_BIT: dict[str, Call] = {call.name: call for call in parse(old_32_bit.TABLE)}
