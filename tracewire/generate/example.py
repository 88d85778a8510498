"""A value of each kind of argument, for the shape shown in the documentation."""

from typing import Any

from tracewire.catalogue import Argument, Definition, Kind
from tracewire.catalogue.constants import ENUMS, FIELDS, FLAGS
from tracewire.view import CREDENTIAL_FIELDS

_BY_NAME: dict[str, Any] = {
    "argv": ["/usr/bin/id", "-u"],
    "env": ["PATH=/usr/bin:/bin"],
    "cmdpath": "/usr/bin/id",
    "comm": "id",
    "prev_comm": "bash",
    "pathname": "/usr/bin/id",
    "old_path": "/etc/hosts.new",
    "new_path": "/etc/hosts",
    "linkpath": "/etc/link",
    "target": "/etc/hosts",
    "mode": ["S_IFREG", "S_IXUSR", "S_IWUSR", "S_IRUSR"],
    "inode_mode": ["S_IFREG", "S_IXUSR", "S_IRUSR"],
    "pid": 4711,
    "tty": "pts0",
}


_BY_KIND: dict[Kind, Any] = {
    Kind.INTEGER: 3,
    Kind.POINTER: "0x7ffc2a3d1000",
    Kind.BOOLEAN: False,
    Kind.STRING: "",
    Kind.PATH: "",
    Kind.STRINGS: ["a", "b"],
    Kind.BYTES: "AAE=",
    Kind.INTEGERS: [3, 4],
    Kind.TIMESPEC: {"tv_sec": 1, "tv_nsec": 500000000},
    Kind.TIMEVAL: {"tv_sec": 1, "tv_usec": 500000},
    Kind.TIMESPECS: [{"tv_sec": 1, "tv_nsec": 0}, {"tv_sec": 2, "tv_nsec": 0}],
    Kind.TIMEVALS: [{"tv_sec": 1, "tv_usec": 0}, {"tv_sec": 2, "tv_usec": 0}],
    Kind.ITIMERSPEC: {"it_interval": {"tv_sec": 0, "tv_nsec": 0}, "it_value": {"tv_sec": 1, "tv_nsec": 0}},
    Kind.ITIMERVAL: {"it_interval": {"tv_sec": 0, "tv_usec": 0}, "it_value": {"tv_sec": 1, "tv_usec": 0}},
    Kind.IOVECS: [{"iov_base": "0x7ffc2a3d1000", "iov_len": 16}],
    Kind.ADDRESS: {"sa_family": "AF_INET", "sin_addr": "203.0.113.5", "sin_port": 443},
    Kind.CREDENTIALS: {field: [] if field.startswith("cap_") else 0 for field in CREDENTIAL_FIELDS},
}


def _names(table: str) -> list[str]:
    names = [next(iter(FIELDS[table][1].values()))] if table in FIELDS else []
    return [*names, next(iter(FLAGS[table].values()))]


def example_value(argument: Argument) -> Any:
    """What *argument* can look like, as JSON."""
    if argument.kind is Kind.ENUM:
        return next(iter(ENUMS[argument.names].values()))
    if argument.name in _BY_NAME:
        return _BY_NAME[argument.name]
    if argument.kind is Kind.FLAGS:
        return _names(argument.names)
    return _BY_KIND[argument.kind]


def example_event(definition: Definition) -> dict[str, Any]:
    """The `event` object of a finding, with made-up values."""
    rung = definition.rungs[0]
    return {
        "id": "5d1c7f0a3e9b42d86f0e1a2b3c4d5e6f",
        "name": definition.name,
        "time": "2026-11-24T05:29:00.123456789Z",
        "args": {argument.name: example_value(argument) for argument in definition.arguments},
        "return_value": 0,
        "syscall": definition.syscalls[0] if definition.syscalls else None,
        "truncated": [],
        "origins": {name: exactness.value for name, exactness in rung.exactness.items()},
        "abi": "x86_64" if definition.syscalls else None,
        "error": None,
        "via": None,
    }
