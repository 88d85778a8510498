"""Which program continues for which system call.

The tracepoints sys_enter and sys_exit fire for every system call of the host; the core
object looks the number up and tail-calls one of these. They are loaded and never attached.
"""

from typing import NamedTuple

from tracewire.catalogue import Definition, Rung
from tracewire.catalogue.requests import OPCODES
from tracewire.catalogue.syscall_numbers import X86_64

NUMBERS: dict[str, int] = {name: number for number, name in X86_64.items()}

# Flags of the map `syscalls` (bpf/core.bpf.c).
WANTED = 1
RECORDED = 2

_BY_EXIT_PROGRAM: dict[str, tuple[str, ...]] = {
    "exit_ptrace": ("ptrace",),
    "exit_process_vm_writev": ("process_vm_writev",),
    "exit_ids": (
        "setuid",
        "setgid",
        "setreuid",
        "setregid",
        "setresuid",
        "setresgid",
        "setfsuid",
        "setfsgid",
    ),
    "exit_credentials": ("setgroups", "capset", "prctl", "execve", "execveat"),
    "exit_unshare": ("unshare",),
    "exit_setns": ("setns",),
    "exit_mprotect": ("mprotect", "pkey_mprotect"),
    "exit_mmap": ("mmap",),
    "exit_open": ("open", "openat", "openat2", "creat"),
    "exit_unlink": ("unlink", "unlinkat"),
    "exit_rename": ("rename", "renameat", "renameat2"),
    "exit_symlink": ("symlink", "symlinkat"),
    "exit_mkdir": ("mkdir", "mkdirat"),
    "exit_link": ("link", "linkat"),
    "exit_chmod": ("chmod", "fchmod", "fchmodat", "fchmodat2"),
    "exit_mount": ("mount",),
    "exit_memfd_create": ("memfd_create",),
    "exit_socket": ("socket",),
    "exit_connect": ("connect",),
    "exit_bind": ("bind",),
    "exit_listen": ("listen",),
    "exit_send": ("sendto", "sendmsg", "sendmmsg"),
    "exit_accept": ("accept", "accept4"),
    "exit_dup": ("dup", "dup2", "dup3"),
    "exit_init_module": ("init_module",),
    "exit_finit_module": ("finit_module",),
    "exit_bpf": ("bpf",),
}
EXIT_PROGRAMS: dict[str, str] = {
    syscall: program for program, syscalls in _BY_EXIT_PROGRAM.items() for syscall in syscalls
}

# Events that compare with, or need, something that only the entry of the call can see.
_ENTER_PROGRAMS: dict[str, str] = {
    "commit_creds": "enter_credentials",
    "mem_prot_alert": "enter_mprotect",
    "security_inode_unlink": "enter_change",
    "security_inode_rename": "enter_change",
    "security_inode_symlink": "enter_change",
    "security_inode_mkdir": "enter_change",
    "security_inode_link": "enter_change",
    "chmod_common": "enter_change",
    "security_socket_connect": "enter_address",
    "security_socket_bind": "enter_address",
    "security_socket_sendmsg": "enter_send",
}

# By rung program, calls that do not return, whose entry is looked at: of an event that is not bound to them.
_ENTRIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sched_process_exit_late": ("enter_exit", ("exit", "exit_group")),
}

# What is judged by registers alone, which are the same at exit as at entry: nothing has to be remembered in
# between, although other calls of the event need it.
_CALLS_WITHOUT_RECORD = frozenset({("mem_prot_alert", "mmap")})

# Which program writes the event of a request of io_uring, by the rung that saw it and the family.
_REQUEST_PROGRAMS: dict[tuple[str, str], str] = {("inner", "file"): "ring_file"}


class RequestHandler(NamedTuple):
    """What one event needs of one operation of io_uring.

    Attributes:
        opcode: Of the operation.
        event: Its id.
        program: Where to go on when a request is done; None where what sees it writes the event itself.
    """

    opcode: int
    event: int
    program: str | None


class Handler(NamedTuple):
    """What one event needs of one system call.

    Attributes:
        number: Of the system call.
        flags: WANTED, and RECORDED where inner tracepoints have to remember what they see.
        enter: Program to continue with at its entry, or None.
        exit: Program to continue with at its exit, or None.
    """

    number: int
    flags: int
    enter: str | None
    exit: str | None


def _handler(event: Definition, rung: Rung, syscall: str) -> Handler:
    enter = _ENTER_PROGRAMS.get(event.name)
    flags = WANTED | RECORDED
    if "sys_enter" not in rung.programs or (event.name, syscall) in _CALLS_WITHOUT_RECORD:
        enter, flags = None, WANTED
    return Handler(NUMBERS[syscall], flags, enter, EXIT_PROGRAMS[syscall])


def handlers_of(event: Definition, rung: Rung) -> list[Handler]:
    """What *event* needs on *rung*; nothing on a rung that leaves system calls alone."""
    entries = [
        Handler(NUMBERS[syscall], WANTED | RECORDED, enter, None)
        for program, (enter, syscalls) in _ENTRIES.items()
        if program in rung.programs
        for syscall in syscalls
    ]
    if "sys_exit" not in rung.programs:
        return entries
    return entries + [_handler(event, rung, syscall) for syscall in event.syscalls]


def request_handlers_of(event: Definition, rung: Rung) -> list[RequestHandler]:
    """What *event* needs to be seen where io_uring does it, on *rung* of its `request_rungs`."""
    program = _REQUEST_PROGRAMS.get((rung.name, event.family))
    return [RequestHandler(OPCODES[operation], event.id, program) for operation in event.requests]
