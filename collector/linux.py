"""System calls that Python has no function for: capabilities of this process, a kernel's barrier."""

import ctypes
import os
import platform
import time

# include/uapi/linux/capability.h
CAPABILITIES: dict[str, int] = {
    "CAP_CHOWN": 0, "CAP_DAC_OVERRIDE": 1, "CAP_DAC_READ_SEARCH": 2, "CAP_FOWNER": 3, "CAP_FSETID": 4,
    "CAP_KILL": 5, "CAP_SETGID": 6, "CAP_SETUID": 7, "CAP_SETPCAP": 8, "CAP_LINUX_IMMUTABLE": 9,
    "CAP_NET_BIND_SERVICE": 10, "CAP_NET_BROADCAST": 11, "CAP_NET_ADMIN": 12, "CAP_NET_RAW": 13,
    "CAP_IPC_LOCK": 14, "CAP_IPC_OWNER": 15, "CAP_SYS_MODULE": 16, "CAP_SYS_RAWIO": 17, "CAP_SYS_CHROOT": 18,
    "CAP_SYS_PTRACE": 19, "CAP_SYS_PACCT": 20, "CAP_SYS_ADMIN": 21, "CAP_SYS_BOOT": 22, "CAP_SYS_NICE": 23,
    "CAP_SYS_RESOURCE": 24, "CAP_SYS_TIME": 25, "CAP_SYS_TTY_CONFIG": 26, "CAP_MKNOD": 27, "CAP_LEASE": 28,
    "CAP_AUDIT_WRITE": 29, "CAP_AUDIT_CONTROL": 30, "CAP_SETFCAP": 31, "CAP_MAC_OVERRIDE": 32,
    "CAP_MAC_ADMIN": 33, "CAP_SYSLOG": 34, "CAP_WAKE_ALARM": 35, "CAP_BLOCK_SUSPEND": 36,
    "CAP_AUDIT_READ": 37, "CAP_PERFMON": 38, "CAP_BPF": 39, "CAP_CHECKPOINT_RESTORE": 40,
}  # fmt: skip

_HEADER_VERSION_3 = 0x20080522  # 64-bit capability sets, since 2.6.26
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4

# malloc.h of glibc
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
_MEBIBYTE = 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    """One half (32 bits) of each set."""

    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def _prctl(option: int, *arguments: int) -> None:
    if _libc.prctl(option, *arguments, *[0] * (4 - len(arguments))) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), "prctl")


def drop_bounding(capability: int) -> None:
    """Make *capability* impossible to gain, for this process and its descendants.

    Raises:
        OSError: CAP_SETPCAP is missing.
    """
    _prctl(_PR_CAPBSET_DROP, capability)


def clear_ambient() -> None:
    """Hand no capability down to programs that are executed."""
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)


def forbid_new_privileges() -> None:
    """Gain nothing by executing a program, setuid or not."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def set_capabilities(wanted: int) -> None:
    """Have exactly the capabilities of the bit set *wanted*, permitted and effective; inherit none.

    Raises:
        OSError: One of them is not permitted now.
    """
    header = _Header(_HEADER_VERSION_3, 0)
    halves = (_Sets * 2)(*[_Sets(half := wanted >> shift & 0xFFFF_FFFF, half, 0) for shift in (0, 32)])
    if _libc.capset(ctypes.byref(header), halves) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), "capset")


def keep_freed_memory() -> None:
    """Let the C library (glibc) keep what is freed for the next allocation.

    By default it returns each large block to the kernel, and the next message's memory has
    to be mapped and zeroed page by page again: half of the cost of a message of 250 KB.
    """
    tune = getattr(_libc, "mallopt", None)
    if tune is not None:
        tune(_M_MMAP_THRESHOLD, 4 * _MEBIBYTE)
        tune(_M_TRIM_THRESHOLD, 32 * _MEBIBYTE)
        tune(_M_TOP_PAD, 4 * _MEBIBYTE)


def trim_memory() -> None:
    """Give memory that was freed back to the kernel, where the C library can (glibc)."""
    trim = getattr(_libc, "malloc_trim", None)
    if trim is not None:
        trim(0)


_MEMBARRIER = {"x86_64": 324, "aarch64": 283}
_MEMBARRIER_CMD_GLOBAL = 1
_LONGEST_PROGRAM_SECONDS = 0.1


def wait_for_readers() -> None:
    """Return when every BPF program that was running has ended.

    membarrier(2) waits for an RCU grace period (kernel/sched/membarrier.c), which a program's
    whole run is within. With CONFIG_NO_HZ_FULL in use the kernel refuses; then a pause longer
    than any program has to do.
    """
    number = _MEMBARRIER.get(platform.machine())
    if number is None or _libc.syscall(number, _MEMBARRIER_CMD_GLOBAL, 0, 0) < 0:
        time.sleep(_LONGEST_PROGRAM_SECONDS)
