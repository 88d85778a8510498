"""How the kernel is to read the arguments of system calls that are events of their own."""

import struct
from collections.abc import Iterable
from typing import NamedTuple

from tracewire.catalogue import i386
from tracewire.catalogue.call import CALLS, ONLY_32_BIT, Call
from tracewire.catalogue.syscall import FAMILY, ID_OF
from tracewire.catalogue.syscall_numbers import I386, X86_64

__all__ = ["FAMILY", "SIZE", "table"]

# enum argument_kind in bpf/call.h, by type: of a 64-bit call, of a 32-bit one.
_S32, _U32, _S, _U, _S_PAIR, _U_PAIR, _U16, _ID, _ID_16 = range(1, 10)
_STRING, _STRINGS, _STRINGS_32, _TEXT, _ADDRESS, _ADDRESS_OUT, _SIGNALS = range(10, 17)
_TIME, _TIMES, _TIME_32, _TIMES_32, _VECTORS, _VECTORS_32, _DESCRIPTORS, _IDS, _IDS_16 = range(17, 26)
_KINDS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("int", "fd", "pid", "dirfd", "enum"), (_S32, _S32)),
    **dict.fromkeys(("uint", "flags", "uenum"), (_U32, _U32)),
    **dict.fromkeys(("ulong", "ptr", "flags64"), (_U, _U)),
    "long": (_S, _S),
    "off": (_S, _S_PAIR),
    **dict.fromkeys(("u64", "pair"), (_U, _U_PAIR)),
    "mode": (_U16, _U16),
    "id": (_ID, _ID),
    "id16": (_ID_16, _ID_16),
    "str": (_STRING, _STRING),
    "strs": (_STRINGS, _STRINGS_32),
    "text": (_TEXT, _TEXT),
    "addr": (_ADDRESS, _ADDRESS),
    "addr_out": (_ADDRESS_OUT, _ADDRESS_OUT),
    "sigset": (_SIGNALS, _SIGNALS),
    "timespec": (_TIME, _TIME),
    "timespec32": (_TIME_32, _TIME_32),
    "timeval": (_TIME, _TIME),
    "timespecs": (_TIMES, _TIMES),
    "timespecs32": (_TIMES_32, _TIMES_32),
    "timevals": (_TIMES, _TIMES),
    "itimerspec": (_TIMES, _TIMES),
    "itimerspec32": (_TIMES_32, _TIMES_32),
    "itimerval": (_TIMES, _TIMES),
    "iovecs": (_VECTORS, _VECTORS_32),
    "pair_out": (_DESCRIPTORS, _DESCRIPTORS),
    "ids": (_IDS, _IDS),
    "ids16": (_IDS_16, _IDS_16),
}
_OLD_TIMES = {_TIME: _TIME_32, _TIMES: _TIMES_32}
# What the kernel may have written over when the call returns.
_OVERWRITTEN = frozenset({_TIME, _TIMES, _TIME_32, _TIMES_32, _SIGNALS})
_TAKES_TWO_REGISTERS = frozenset({_S_PAIR, _U_PAIR})

_WANTED, _AT_ENTRY, _KEPT, _EXECUTES, _FORKS = 1, 2, 4, 8, 16
_FORKING = frozenset({"fork", "vfork", "clone", "clone3"})

_CALL = struct.Struct("=HBB16s")
SIZE = _CALL.size
"""Bytes of a `struct call`."""


class _Place(NamedTuple):
    """Where a call is in the kernel's table, and how its arguments lie in registers."""

    where: int
    arguments: tuple[tuple[int, int], ...]  # kind, register


def _arguments(call: Call, *, narrow: bool, old_time: bool) -> tuple[tuple[int, int], ...]:
    found = []
    at = 0
    for argument in call.arguments:
        kind = _KINDS[argument.type][narrow]
        if old_time:
            kind = _OLD_TIMES.get(kind, kind)
        found.append((kind, at))
        at += 2 if kind in _TAKES_TWO_REGISTERS else 1
    return tuple(found)


def _places() -> dict[str, list[_Place]]:
    found: dict[str, list[_Place]] = {}
    for number, name in X86_64.items():
        if name in CALLS:
            found.setdefault(name, []).append(
                _Place(number, _arguments(CALLS[name], narrow=False, old_time=False))
            )
    for number, name in I386.items():
        event = i386.event_of(name)
        call = CALLS.get(event) or ONLY_32_BIT.get(event)
        if call:
            arguments = _arguments(call, narrow=True, old_time=name in i386.WITH_OLD_TIME)
            found.setdefault(event, []).append(_Place(i386.FIRST + number, arguments))
    return found


_PLACES = _places()


def _flags(call: Call, arguments: tuple[tuple[int, int], ...]) -> int:
    if call.returns == "never":
        return _WANTED | _AT_ENTRY
    if call.returns == "execve":
        return _WANTED | _EXECUTES
    kept = any(kind in _OVERWRITTEN for kind, _ in arguments)
    return _WANTED | (_KEPT if kept else 0) | (_FORKS if call.name in _FORKING else 0)


def _packed(call: Call, place: _Place) -> bytes:
    arguments = bytes(part for argument in place.arguments for part in argument)
    return _CALL.pack(ID_OF[call.name], len(place.arguments), _flags(call, place.arguments), arguments)


def table(names: Iterable[str]) -> dict[int, bytes]:
    """The entries of the map `calls` that system calls *names* need, by index.

    When a program has been executed, the kernel knows no more which of its system calls it was:
    whoever wants one of them needs the entries of all.
    """
    wanted = set(names)
    if wanted & {"execve", "execveat"}:
        wanted |= {"execve", "execveat"}
    found: dict[int, bytes] = {}
    for name in wanted:
        call = CALLS.get(name) or ONLY_32_BIT[name]
        found |= {place.where: _packed(call, place) for place in _PLACES[name]}
    return found
