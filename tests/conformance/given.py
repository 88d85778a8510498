"""What each system call of the table is given, and what its event must then say.

By type there is a value that does no harm: descriptors and processes that are not, paths that lead
nowhere, memory that is not mapped, lengths of half the numbers there are. Calls that would do
something with those, or that need others to show anything, are named in GIVEN.
"""

import socket
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.conformance.capture import shown
from tracewire.catalogue import i386
from tracewire.catalogue.call import CALLS, IN_MEMORY, ONLY_32_BIT, Call, CallArgument
from tracewire.catalogue.constants import ENUMS, FLAGS
from tracewire.catalogue.syscall_numbers import I386, X86_64
from tracewire.view import flag_names

NOBODY = 4194305  # one more than the largest pid_max (include/linux/threads.h)
NOWHERE = b"nowhere/\xff of it"
UNMAPPED = 0x10

_BOUND = "="  # a descriptor that the program has


class Question(NamedTuple):
    """A call to make.

    Attributes:
        abi: 64 or 32.
        number: In the table of that.
        name: There.
        call: The event that it is.
        given: Of each argument a number, or what its memory holds.
    """

    abi: int
    number: int
    name: str
    call: Call
    given: tuple[Any, ...]

    @property
    def id(self) -> str:
        """For people."""
        return f"{self.name}-{self.abi}"

    def row(self) -> str:
        """For the program that makes the call."""
        words = [str(self.abi), str(self.number)]
        for argument, given in zip(self.call.arguments, self.given, strict=True):
            words += self._words(argument, given)
        return " ".join(words) + "\n"

    def _words(self, argument: CallArgument, given: Any) -> list[str]:
        if isinstance(given, list):
            return ["*" + ",".join(one.hex() for one in given)]
        if isinstance(given, bytes):
            return [f":{given.hex()}"]
        if given == _BOUND:
            return [given]
        if self.abi == 64:
            return [str(given % 2**64)]
        if argument.type in {"off", "u64", "pair"}:
            return [str(given % 2**32), str((given >> 32) % 2**32)]
        return [str(given % 2**32)]

    def expected(self, result: int | None, memory: list[bytes | None]) -> dict[str, Any]:
        """The event's arguments, of a call that returned *result* and left *memory*."""
        values = {}
        at = 0
        for argument, given in zip(self.call.arguments, self.given, strict=True):
            value = memory[at] if memory[at] is not None else given
            if argument.type == "addr_out" and isinstance(value, bytes):
                (length,) = struct.unpack("=I", memory[at + 1] or b"\0\0\0\0")
                value = value[:length]
            if argument.type == "pair_out":
                value = value if result is not None and result >= 0 else None
            values[argument.name] = self._value(argument, value, given)
            at += 2 if self.abi == 32 and argument.type in {"off", "u64", "pair"} else 1
        return values

    def _value(self, argument: CallArgument, value: Any, given: Any) -> Any:
        if argument.type in IN_MEMORY:
            if argument.type == "sigset" or argument.type.removesuffix("32") in _TIMES:
                value = given  # as it was before the kernel wrote what is left
            if not isinstance(value, (bytes, list)):
                return None
            return self._in_memory(argument, value)
        if isinstance(given, (bytes, list)) or given == _BOUND:
            return ANY_NUMBER  # an address, or a descriptor, of the program's choice
        return _number(argument, value, self.abi)

    def _in_memory(self, argument: CallArgument, value: Any) -> Any:  # noqa: PLR0911  (a table)
        old = self.abi == 32 and (self.name in i386.WITH_OLD_TIME or argument.type.endswith("32"))
        word = "=i" if old else "=q"
        match argument.type:
            case "str" | "text":
                return shown(value.decode("latin-1"))
            case "strs":
                return [shown(one.decode("latin-1")) for one in value]
            case "addr" | "addr_out":
                return _address(value)
            case "sigset":
                return flag_names("sigset", int.from_bytes(value, "little"))
            case "iovecs":
                numbers = [n for (n,) in struct.iter_unpack("=Q" if self.abi == 64 else "=I", value)]
                return [
                    {"iov_base": hex(base), "iov_len": length}
                    for base, length in zip(numbers[::2], numbers[1::2], strict=True)
                ]
            case "pair_out":
                return [n for (n,) in struct.iter_unpack("=i", value)]
            case "ids":
                return [n for (n,) in struct.iter_unpack("=I", value)]
            case "ids16":
                return [n for (n,) in struct.iter_unpack("=H", value)]
        fraction = "tv_usec" if argument.type in {"timeval", "timevals", "itimerval"} else "tv_nsec"
        numbers = [n for (n,) in struct.iter_unpack(word, value)]
        times = [{"tv_sec": s, fraction: rest} for s, rest in zip(numbers[::2], numbers[1::2], strict=True)]
        if argument.type.startswith("itimer"):
            return {"it_interval": times[0], "it_value": times[1]}
        return times if argument.type.startswith(("timespecs", "timevals")) else times[0]


class _AnyNumber:
    """Equal to every number but none that says nothing."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (int, str)) and other not in {0, "0x0"}

    __hash__ = object.__hash__


ANY_NUMBER = _AnyNumber()


def _address(raw: bytes) -> dict[str, Any]:
    (family,) = struct.unpack_from("=H", raw)
    if family == socket.AF_INET:
        (port,) = struct.unpack_from(">H", raw, 2)
        return {"sa_family": "AF_INET", "sin_addr": socket.inet_ntop(family, raw[4:8]), "sin_port": port}
    return {"sa_family": "AF_UNIX", "sun_path": raw[2:].rstrip(b"\0").decode()}


def _signed(value: int, bits: int) -> int:
    value %= 1 << bits
    return value - (1 << bits) if value >> (bits - 1) else value


def _number(argument: CallArgument, value: int, abi: int) -> Any:  # noqa: C901, PLR0911  (a table)
    kind = argument.type
    match kind:
        case "int" | "fd" | "pid":
            return _signed(value, 32)
        case "uint":
            return value % 2**32
        case "long":
            return _signed(value, abi)
        case "ulong":
            return value % 2**abi
        case "off":
            return _signed(value, 64)
        case "u64":
            return value % 2**64
        case "id" | "id16":
            bits = 16 if kind == "id16" else 32
            return -1 if value % 2**bits == 2**bits - 1 else value % 2**bits
        case "ptr":
            return hex(value % 2**abi)
        case "dirfd" | "enum":
            number = _signed(value, 32)
            return ENUMS[argument.names].get(number, number)
        case "uenum":
            return ENUMS[argument.names].get(value % 2**32, value % 2**32)
    bits = {"mode": 16, "flags": 32, "flags64": abi, "pair": 64}[kind]
    return flag_names(argument.names, value % 2**bits)


_USUAL: dict[str, Any] = {
    "int": -1, "uint": 2**32 - 2, "long": -5, "ulong": -(2**31), "fd": -1, "pid": NOBODY, "off": -(2**62) + 7,
    "u64": 2**63 + 5, "id": -1, "id16": -1, "ptr": UNMAPPED, "str": NOWHERE, "strs": [b"one", b"", b"tw\xc3\xb6"],
    "text": b"tracewire", "addr": struct.pack("=H", 2) + struct.pack(">H4s8x", 81, bytes([127, 0, 0, 9])),
    "addr_out": UNMAPPED, "sigset": struct.pack("=Q", 1 << 11 | 1 << 33), "dirfd": 83886080, "mode": 0o641,
    "pair_out": UNMAPPED, "ids": struct.pack("=2I", 100, 2**31), "ids16": struct.pack("=2H", 100, 2**15),
}  # fmt: skip
_TIMES = {"timespec": 1, "timeval": 1, "timespecs": 2, "timevals": 2, "itimerspec": 2, "itimerval": 2}
# Of the argument behind or before one that says how much there is.
_COUNT_OF = {"text": 9, "addr": 16, "iovecs": 2}

_LATER = (1, 2_000_000_000)  # no such time: more nanoseconds than a second has


def _moments(*numbers: int) -> Callable[[bool], bytes]:
    return lambda old: struct.pack(f"={len(numbers)}{'i' if old else 'q'}", *numbers)


GIVEN: dict[str, dict[str, Any]] = {
    # Read or write what can be had.
    "pipe": {"pipefd": bytes(8)},
    "pipe2": {"pipefd": bytes(8), "flags": 0o2000000},
    "socketpair": {"domain": 1, "type": 1, "protocol": 0, "sv": bytes(8)},
    "getsockname": {"sockfd": _BOUND, "addr": bytes(16), "addrlen": struct.pack("=I", 16)},
    "setgroups": {"size": 2},
    "setgroups16": {"size": 2},
    "socket": {"type": 0o2000001},
    "clone": {"flags": 17, "stack": 0},
    "prctl": {"option": 3},
    "arch_prctl": {"option": 0x1003},
    "seccomp": {"operation": 2},
    "kexec_file_load": {"flags": 2},  # 1 unloads
    "syslog": {"type": 9},  # most others change what the console shows
    "ssetmask": {"newmask": 0},
    "sigsuspend": {"mask": 1},
    "umask": {"mask": 0o27},
    "connect": {"addr": struct.pack("=H", 1) + b"/run/x".ljust(14, b"\0")},
    "chroot": {"path": b""},
    # Would set the clock.
    "settimeofday": {"tv": _moments(*_LATER)},
    "clock_settime": {"tp": _moments(*_LATER)},
    "clock_settime32": {"tp": _moments(*_LATER)},
    "rt_sigsuspend": {"sigsetsize": 8},
    "rt_sigtimedwait": {"sigsetsize": 8},
}
"""Calls that are given something of their own: by name, by argument."""


def _given(call: Call, name: str, abi: int) -> tuple[Any, ...]:
    own = GIVEN.get(call.name, {})
    found: list[Any] = []
    for place, argument in enumerate(call.arguments):
        old = abi == 32 and (name in i386.WITH_OLD_TIME or argument.type.endswith("32"))
        kind = argument.type.removesuffix("32")
        before = call.arguments[place - 1].type if place else ""
        if argument.name in own:
            value = own[argument.name]
            value = value(old) if callable(value) else value
        elif before in _COUNT_OF:
            value = _COUNT_OF[before]
        elif kind in _TIMES:
            value = _moments(*((0, 5, 1, 7)[: 2 * _TIMES[kind]]))(old)
        elif kind == "iovecs":
            value = struct.pack("=4Q" if abi == 64 else "=4I", UNMAPPED, 7, UNMAPPED + 16, 2**31)
        elif argument.names and kind not in _USUAL:
            value = min(ENUMS.get(argument.names) or FLAGS[argument.names])
        else:
            value = _USUAL[argument.type]
        found.append(value)
    return tuple(found)


def _questions(abi: int, numbers: dict[int, str], event_of: Callable[[str], str]) -> list[Question]:
    found = []
    for number, name in numbers.items():
        call = CALLS.get(event_of(name)) or ONLY_32_BIT.get(event_of(name))
        if call:
            found.append(Question(abi, number, name, call, _given(call, name, abi)))
    return found


QUESTIONS = [*_questions(64, X86_64, lambda name: name), *_questions(32, I386, i386.event_of)]
"""Every call of the table, by each number that it has."""
