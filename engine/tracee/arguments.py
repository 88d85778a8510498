"""Arguments as Tracee's signatures expect them: a list of name, type and value, parsed or not."""

import re
from collections.abc import Callable, Collection
from typing import Any

import msgspec

from tracewire.catalogue import Argument, Definition, Kind
from tracewire.errors import EventError
from tracewire.event import Event
from tracewire.view import arguments

Value = Callable[[Any, Any], Any]
"""From our value and the number on the wire to Tracee's value."""

# Which arguments Tracee parses into words; every other flag set or enumeration is a number there.
_PARSED = (
    (r"mem_prot_alert", {"alert", "prot", "prev_prot"}),
    (r"sys_enter|sys_exit", {"syscall"}),
    (r"cap_capable", {"cap"}),
    (r"mmap|mprotect|pkey_mprotect|security_mmap_file|do_mmap|security_file_mprotect", {"prot", "prev_prot"}),
    (r"ptrace", {"request"}),
    (r"prctl", {"option"}),
    (r"socketcall", {"call"}),
    (r"socket|socketpair|security_socket_\w+", {"domain", "family", "type", "level", "optname"}),
    (r"[gs]etsockopt", {"level", "optname"}),
    (r"access|faccessat2?", {"mode"}),
    (r"execveat", {"flags"}),
    (r"open|openat2?|security_file_open|creat", {"flags", "mode"}),
    (r"f?chmod\w*|mknod\w*|security_inode_mknod", {"mode"}),
    (r"clone3?", {"flags"}),
    (r"bpf|security_bpf", {"cmd"}),
    (r"security_kernel_read_file|security_post_read_file", {"type"}),
    (r"sched_process_exec", {"stdin_type"}),
    (r"dirty_pipe_splice", {"in_file_type"}),
    (r"bpf_attach", {"prog_type", "attach_type"}),
    (r"security_bpf_prog", {"type"}),
    (r"security_path_notify", {"mask", "obj_type"}),
)  # fmt: skip

_NOTHING_SET = {"prot": "PROT_NONE"}
_PORTS = ("sin_port", "sin6_port")

_TYPES = {
    Kind.INTEGER: "long",
    Kind.POINTER: "void*",
    Kind.BOOLEAN: "bool",
    Kind.STRING: "const char*",
    Kind.PATH: "const char*",
    Kind.STRINGS: "const char*const*",
    Kind.BYTES: "bytes",
    Kind.ADDRESS: "struct sockaddr*",
    Kind.CREDENTIALS: "slim_cred_t",
}

_values = msgspec.msgpack.Decoder(list[Any])


def is_parsed(event: str, argument: str) -> bool:
    """Whether a flag set or an enumeration is words there, and not a number."""
    return any(argument in names and re.fullmatch(pattern, event) for pattern, names in _PARSED)


def _value(definition: Definition, argument: Argument) -> Value:
    match argument.kind:
        case Kind.FLAGS if is_parsed(definition.name, argument.name):
            nothing = _NOTHING_SET.get(argument.names, "")
            return lambda ours, _: "|".join(ours) or nothing
        case Kind.FLAGS | Kind.ENUM if not is_parsed(definition.name, argument.name):
            return lambda _, number: number
        case Kind.ADDRESS:
            return lambda ours, _: {
                name: str(part) if name in _PORTS else part for name, part in ours.items()
            }
        case _:
            return lambda ours, _: ours


def _type(definition: Definition, argument: Argument) -> str:
    if argument.kind in {Kind.FLAGS, Kind.ENUM}:
        return "string" if is_parsed(definition.name, argument.name) else "int"
    return _TYPES[argument.kind]


class Arguments:
    """Reads the arguments of one event.

    One that the kernel could not tell has the value null.
    """

    def __init__(self, definition: Definition, only: Collection[str] | None = None) -> None:
        """Prepare.

        Args:
            definition: The event's.
            only: Names of the arguments that somebody reads; all of them where None.
        """
        self._only = only
        self._chosen = [
            (position, one.name, _type(definition, one), _value(definition, one))
            for position, one in enumerate(definition.arguments)
            if only is None or one.name in only
        ]

    def by_name(self, event: Event) -> dict[str, Any]:
        """Their values.

        Raises:
            EventError: One is not of its kind.
        """
        ours = arguments(event, self._only)
        try:
            numbers = _values.decode(event.args)
            count = len(numbers)
            return {
                name: None
                if (value := ours.get(name)) is None
                else translate(value, numbers[position] if position < count else None)
                for position, name, _, translate in self._chosen
            }
        except (msgspec.DecodeError, TypeError, AttributeError) as error:
            raise EventError(f"bad argument: {error}", event_id=event.event_id) from error

    def listed(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        """The same as a list of name, type and value."""
        return [{"name": name, "type": kind, "value": values[name]} for _, name, kind, _ in self._chosen]
