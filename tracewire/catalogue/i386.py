"""System calls of 32-bit programs on a 64-bit kernel, and the events that they are.

Some i386 names mean another function than the same name of x86_64 does: `chown` takes ids of 16
bits there and `chown32` is what x86_64 calls `chown` (arch/x86/entry/syscalls/syscall_32.tbl).
"""

from tracewire.catalogue.syscall_numbers import I386, X86_64

_16_BIT = (
    "lchown", "getuid", "getgid", "geteuid", "getegid", "setreuid", "setregid", "getgroups", "setgroups",
    "fchown", "setresuid", "getresuid", "setresgid", "getresgid", "chown", "setuid", "setgid", "setfsuid",
    "setfsgid",
)  # fmt: skip
_WITH_OLD_TIME = (
    "utimensat", "pselect6", "ppoll", "io_pgetevents", "recvmmsg", "mq_timedsend", "mq_timedreceive",
    "rt_sigtimedwait", "futex", "sched_rr_get_interval", "clock_getres", "clock_nanosleep",
)  # fmt: skip
_WITH_OLD_TIME_SHORT = (
    "clock_gettime", "clock_settime", "clock_adjtime", "timer_gettime", "timer_settime", "timerfd_gettime",
    "timerfd_settime",
)  # fmt: skip
_OTHERS = {
    "_llseek": "llseek",
    "_newselect": "select",
    "fstatat64": "newfstatat",
    "getrlimit": "old_getrlimit",
    "mmap": "old_mmap",
    "select": "old_select",
    "semtimedop_time64": "semtimedop",
    "sendfile": "sendfile32",
    "sendfile64": "sendfile",
    "ugetrlimit": "getrlimit",
}
_EVENTS: dict[str, str] = {
    **{name: f"{name}16" for name in _16_BIT},
    **{f"{name}32": name for name in _16_BIT},
    **{name: f"{name}_time32" for name in _WITH_OLD_TIME},
    **{f"{name}_time64": name for name in _WITH_OLD_TIME},
    **{name: f"{name}32" for name in _WITH_OLD_TIME_SHORT},
    **{f"{name}64": name for name in _WITH_OLD_TIME_SHORT},
    **_OTHERS,
}

# Whose times are structures of 32-bit numbers although the event's name does not say so.
WITH_OLD_TIME = frozenset(
    {"nanosleep", "_newselect", "utimes", "futimesat", "io_getevents", "setitimer", "settimeofday"}
)


def event_of(name: str) -> str:
    """The event of the i386 system call *name*."""
    return _EVENTS.get(name, name)


EVENTS: dict[int, str] = {number: event_of(name) for number, name in I386.items()}
"""By number, the name of the event that a 32-bit call is."""

# Where `Event.syscall` and the kernel's tables have 32-bit calls; x86_64 uses no number from here on.
FIRST = 512

# They differ from the call of x86_64 in what bpf/narrow.h and bpf/process.bpf.c make up for.
_NEARLY_THE_SAME = {"mmap2": "mmap", "old_mmap": "mmap"} | {f"{name}16": name for name in _16_BIT}
_X86_64_NUMBERS = {name: number for number, name in X86_64.items()}

SAME: dict[int, str] = {
    number: same
    for number, event in EVENTS.items()
    if (same := _NEARLY_THE_SAME.get(event, event)) in _X86_64_NUMBERS
}
"""By number, the name of the x86_64 call that does the same; socketcall does what several do."""

SHORT_IDS: frozenset[int] = frozenset(number for number, name in I386.items() if name in _16_BIT)
"""Calls that are given ids of 16 bits, in which all bits mean -1."""
