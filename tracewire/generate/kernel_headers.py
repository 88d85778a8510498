"""Numbers of system calls and what their arguments' numbers mean, out of the kernel's own headers.

Unlike the other generated files these do not follow from the catalogue but from a kernel, so they
are made by hand when a newer one is to be known:

    apt-get download linux-libc-dev && dpkg -x linux-libc-dev_*.deb DIRECTORY
    python -m tracewire.generate.kernel_headers DIRECTORY/usr/include

Needs gcc, since a macro's value is whatever the preprocessor makes of it.
"""

# ruff: noqa: ISC004  (long patterns in a table)

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

_CATALOGUE = Path(__file__).parents[1] / "catalogue"
_NUMBERS = (
    ("X86_64", "x86_64-linux-gnu/asm/unistd_64.h"),
    ("I386", "x86_64-linux-gnu/asm/unistd_32.h"),
    ("AARCH64", "aarch64-linux-gnu/asm/unistd_64.h"),
)
_NUMBER = re.compile(r"#define __NR_(\w+) (\d+)$", re.MULTILINE)
_MACRO = re.compile(r"#define (\w+) (\S.*)")
_ENUMERATOR = re.compile(r"^\s*(\w+)\s*(?:=[^,\n]*)?,?$", re.MULTILINE)

# Table: header, pattern of the names that belong to it, pattern of those that nevertheless do not.
_ENUMS: dict[str, tuple[str, str, str]] = {
    "arch_prctl": ("asm/prctl.h", r"ARCH_\w+", r"ARCH_(SHSTK_(SHSTK|WRSS)|XCOMP_\w+)"),
    "clock": ("linux/time.h", r"CLOCK_\w+", "CLOCK_(SGI_CYCLE|AUX_LAST)"),
    "epoll_op": ("linux/eventpoll.h", r"EPOLL_CTL_\w+", ""),
    "fadvise": ("linux/fadvise.h", r"POSIX_FADV_\w+", ""),
    "fcntl_cmd": (
        "linux/fcntl.h",
        r"F_(DUP|GET|SET|OFD|CANCEL|NOTIFY|ADD|CREATED)\w*",
        r"F_(SETLK64|SETLKW64|GETLK64)",
    ),
    "fsconfig_cmd": ("linux/mount.h", r"FSCONFIG_\w+", ""),
    "io_uring_register": (
        "linux/io_uring.h",
        r"IORING_(UN)?REGISTER_\w+",
        r"IORING_REGISTER_(FILES_SKIP|SRC_\w+|DST_\w+|LAST|USE_\w+)",
    ),
    "ipc_cmd": ("linux/ipc.h", r"IPC_(RMID|SET|STAT|INFO)", ""),
    "itimer": ("linux/time.h", r"ITIMER_\w+", ""),
    "kcmp": ("linux/kcmp.h", r"KCMP_\w+", "KCMP_TYPES"),
    "keyctl": ("linux/keyctl.h", r"KEYCTL_\w+", r"KEYCTL_(CAPS\d?_\w+|SUPPORTS_\w+|MOVE_EXCL)"),
    "ioctl": (
        "asm-generic/ioctls.h",
        r"TIO\w+|TC\w+|FIO\w+",
        r"TIOCPKT_\w+|TIOCSER_TEMT|TIOCINQ|TIOC[GS](ISO7816|RS485)|TC[GS]ETS[WF]?2",
    ),
    "landlock_rule": ("linux/landlock.h", r"LANDLOCK_RULE_\w+", ""),
    "madvise": ("asm-generic/mman-common.h", r"MADV_\w+", ""),
    "mempolicy": (
        "linux/mempolicy.h",
        r"MPOL_(DEFAULT|PREFERRED|BIND|INTERLEAVE|LOCAL|PREFERRED_MANY|"
        r"WEIGHTED_INTERLEAVE)",
        "",
    ),
    "prctl": (
        "linux/prctl.h",
        r"PR_\w+",
        r"PR_(SET_MM_\w+|ENDIAN_\w+|FPEMU_\w+|FP_EXC_\w+|TIMING_\w+|TSC_\w+|UNALIGN_\w+|MCE_KILL_(CLEAR|SET|EARLY|LATE|DEFAULT)|SHADOW_STACK_\w+|"
        r"CAP_AMBIENT_\w+|SPEC_\w+|PAC_\w+|FP_MODE_\w+|SVE_VL_\w+|SME_VL_\w+|SVE_SET_\w+|SME_SET_\w+|"
        r"TAGGED_\w+|MTE_\w+|SYS_DISPATCH_\w+|SCHED_CORE_\w+|MDWE_\w+|SET_VMA_\w+|RISCV_V_VSTATE\w+|"
        r"RISCV_CTX_\w+|RISCV_SCOPE_\w+|PPC_DEXCR_CTRL\w+|DEXCR_\w+|FUTEX_HASH_(SET|GET)\w+|THP_\w+|"
        r"RSEQ_\w+|SET_PTRACER_ANY|TIMER_CREATE_RESTORE_IDS_\w+|PPC_DEXCR_(SBHE|IBRTPD|SRAPD|NPHIE)|FUTEX_HASH_\w+_\w+|"
        r"CFI_\w+|PMLEN_\w+)",
    ),
    "priority": ("linux/resource.h", r"PRIO_(PROCESS|PGRP|USER)", ""),
    "reboot_cmd": ("linux/reboot.h", r"LINUX_REBOOT_CMD_\w+", ""),
    "rlimit": ("asm-generic/resource.h", r"RLIMIT_\w+", ""),
    "rusage": ("linux/resource.h", r"RUSAGE_\w+", "RUSAGE_BOTH"),
    "sched_policy": ("linux/sched.h", r"SCHED_(NORMAL|FIFO|RR|BATCH|ISO|IDLE|DEADLINE|EXT)", ""),
    "seccomp_op": ("linux/seccomp.h", r"SECCOMP_(SET_MODE_\w+|GET_\w+)", ""),
    "sigprocmask": ("asm-generic/signal-defs.h", r"SIG_(BLOCK|UNBLOCK|SETMASK)", ""),
    "socketcall": ("linux/net.h", r"SYS_\w+", ""),
    "waitid_type": ("linux/wait.h", r"P_(ALL|PID|PGID|PIDFD)", ""),
    "whence": ("linux/fs.h", r"SEEK_\w+", "SEEK_MAX"),
    "sockopt": (
        "asm-generic/socket.h",
        r"SO_\w+",
        r"SO_(TIMESTAMP|TIMESTAMPNS|TIMESTAMPING|RCVTIMEO|SNDTIMEO|GET_FILTER|DETACH_BPF)",
    ),
}
_FLAGS: dict[str, tuple[str, str, str]] = {
    "at": (
        "linux/fcntl.h",
        r"AT_(SYMLINK_\w+|REMOVEDIR|NO_AUTOMOUNT|EMPTY_PATH|STATX_\w+SYNC|RECURSIVE)",
        "AT_STATX_SYNC_AS_STAT",
    ),
    "close_range": ("linux/close_range.h", r"CLOSE_RANGE_\w+", ""),
    "epoll_create1": ("linux/eventpoll.h", "EPOLL_CLOEXEC", ""),
    "eventfd": ("linux/eventfd.h", r"EFD_\w+", ""),
    "execveat": ("linux/fcntl.h", "AT_(EMPTY_PATH|SYMLINK_NOFOLLOW|EXECVE_CHECK)", ""),
    "unlinkat": ("linux/fcntl.h", "AT_REMOVEDIR", ""),
    "faccessat": ("linux/fcntl.h", "AT_(EMPTY_PATH|SYMLINK_NOFOLLOW|EACCESS)", ""),
    "fallocate": ("linux/falloc.h", r"FALLOC_FL_\w+", "FALLOC_FL_ALLOCATE_RANGE"),
    "fanotify_init": (
        "linux/fanotify.h",
        r"FAN_(CLOEXEC|NONBLOCK|CLASS_CONTENT|CLASS_PRE_CONTENT|UNLIMITED_\w+|ENABLE_AUDIT|"
        r"REPORT_(PIDFD|TID|FID|DIR_FID|NAME|TARGET_FID|FD_ERROR|MNT))",
        "",
    ),
    "fanotify_mark": ("linux/fanotify.h", r"FAN_MARK_\w+", "FAN_MARK_(INODE|MNTNS|IGNORE_SURV)"),
    "fanotify_mask": (
        "linux/fanotify.h",
        r"FAN_(ACCESS|MODIFY|ATTRIB|CLOSE_WRITE|CLOSE_NOWRITE|OPEN|MOVED_FROM|MOVED_TO|CREATE|DELETE|"
        r"DELETE_SELF|MOVE_SELF|OPEN_EXEC|Q_OVERFLOW|FS_ERROR|OPEN_PERM|ACCESS_PERM|OPEN_EXEC_PERM|"
        r"PRE_ACCESS|MNT_ATTACH|MNT_DETACH|EVENT_ON_CHILD|RENAME|ONDIR)",
        "",
    ),
    "fsmount": ("linux/mount.h", "FSMOUNT_CLOEXEC", ""),
    "fsopen": ("linux/mount.h", "FSOPEN_CLOEXEC", ""),
    "fspick": ("linux/mount.h", r"FSPICK_\w+", ""),
    "getrandom": ("linux/random.h", r"GRND_\w+", ""),
    "inotify_init": ("linux/inotify.h", "IN_(CLOEXEC|NONBLOCK)", ""),
    "inotify_mask": ("linux/inotify.h", r"IN_\w+", r"IN_(CLOEXEC|NONBLOCK|CLOSE|MOVE|ALL_EVENTS)"),
    "io_uring_enter": ("linux/io_uring.h", r"IORING_ENTER_\w+", ""),
    "kexec_load": (
        "linux/kexec.h",
        r"KEXEC_(ON_CRASH|PRESERVE_CONTEXT|UPDATE_ELFCOREHDR|CRASH_HOTPLUG_SUPPORT)",
        "",
    ),
    "kexec_file_load": ("linux/kexec.h", r"KEXEC_FILE_\w+", ""),
    "membarrier_cmd": (
        "linux/membarrier.h",
        r"MEMBARRIER_CMD_\w+",
        r"MEMBARRIER_CMD_(QUERY|SHARED|FLAG_CPU)",
    ),
    "mlock2": ("asm-generic/mman-common.h", "MLOCK_ONFAULT", ""),
    "mlockall": ("asm-generic/mman.h", r"MCL_\w+", ""),
    "mmap": (
        "linux/mman.h",
        r"MAP_\w+",
        r"MAP_(TYPE|FILE|SHARED|PRIVATE|SHARED_VALIDATE|DROPPABLE|ANON|HUGE_\w+|UNINITIALIZED|ABOVE4G)",
    ),
    "mount_attr": (
        "linux/mount.h",
        r"MOUNT_ATTR_\w+",
        r"MOUNT_ATTR_(_ATIME|RELATIME|SIZE_VER0|STRICTATIME|NOATIME|_\w+)",
    ),
    "move_mount": ("linux/mount.h", r"MOVE_MOUNT_\w+", r"MOVE_MOUNT__MASK"),
    "mremap": ("linux/mman.h", r"MREMAP_\w+", ""),
    "msync": ("asm-generic/mman-common.h", r"MS_(ASYNC|INVALIDATE|SYNC)", ""),
    "perf_event_open": ("linux/perf_event.h", r"PERF_FLAG_\w+", ""),
    "pidfd_open": ("linux/pidfd.h", "PIDFD_(NONBLOCK|THREAD)", ""),
    "pidfd_signal": ("linux/pidfd.h", r"PIDFD_SIGNAL_\w+", ""),
    "renameat2": ("linux/fs.h", r"RENAME_\w+", ""),
    "rwf": ("linux/fs.h", r"RWF_\w+", "RWF_SUPPORTED"),
    "seccomp": ("linux/seccomp.h", r"SECCOMP_FILTER_FLAG_\w+", ""),
    "signalfd": ("linux/signalfd.h", r"SFD_\w+", ""),
    "statx_mask": ("linux/stat.h", r"STATX_\w+", r"STATX_(ATTR_\w+|BASIC_STATS|ALL|_RESERVED)"),
    "sync_file_range": ("linux/fs.h", r"SYNC_FILE_RANGE_\w+", "SYNC_FILE_RANGE_WRITE_AND_WAIT"),
    "timer": ("linux/time.h", "TIMER_ABSTIME", ""),
    "timerfd": ("linux/timerfd.h", r"TFD_(CLOEXEC|NONBLOCK)", ""),
    "timerfd_settime": ("linux/timerfd.h", r"TFD_TIMER_\w+", ""),
    "userfaultfd": ("linux/userfaultfd.h", "UFFD_USER_MODE_ONLY", ""),
    "wait": ("linux/wait.h", "WNOHANG|WUNTRACED|WEXITED|WCONTINUED|WNOWAIT|__WNOTHREAD|__WALL|__WCLONE", ""),
    "xattr": ("linux/xattr.h", r"XATTR_(CREATE|REPLACE)", ""),
}


def _preprocessed(include: Path, header: str, *options: str) -> str:
    return _gcc(include, f"#include <{header}>", "-E", *options, "-")


def _gcc(include: Path, text: str, *options: str) -> str:
    command = ["gcc", "-x", "c", "-I", str(include / "x86_64-linux-gnu"), "-I", str(include), *options]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def _values(include: Path, header: str, names: str, without: str) -> dict[int, str]:
    """What the macros and enumerators of *header* called like *names*, and not like *without*, stand for.

    Raises:
        ValueError: Two of them stand for the same.
    """
    macros = [name for name, _ in _MACRO.findall(_preprocessed(include, header, "-dM"))]
    enumerators = _ENUMERATOR.findall(_preprocessed(include, header, "-P"))
    chosen = [
        name
        for name in dict.fromkeys([*macros, *enumerators])
        if re.fullmatch(names, name) and not re.fullmatch(without, name)
    ]
    lines = [f'printf("{name} %lld\\n", (long long)({name}));' for name in chosen]
    source = "\n".join(
        ["#include <stdint.h>", "#include <stdio.h>", f"#include <{header}>", "int main(void) {", *lines, "}"]
    )
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "values")
        _gcc(include, source, "-o", str(program), "-")
        said = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    found: dict[int, str] = {}
    for name, value in (line.split() for line in said.splitlines()):
        if found.setdefault(int(value), name) != name:
            raise ValueError(f"{header}: {found[int(value)]} and {name} are both {value}")
    return dict(sorted(found.items()))


def _dict(name: str, kind: str, lines: Iterator[str]) -> Iterator[str]:
    yield f"{name}: dict[{kind}] = {{"
    yield from (f"    {line}" for line in lines)
    yield "}"


def _table(name: str, named: dict[int, str]) -> Iterator[str]:
    yield f'"{name}": {{'
    yield from (f'    {value}: "{text}",' for value, text in named.items())
    yield "},"


def numbers(include: Path) -> str:
    """The module with the numbers of system calls of each architecture."""
    lines = [
        '"""Numbers of system calls. Made from the kernel\'s headers: tracewire.generate.kernel_headers."""'
    ]
    for name, header in _NUMBERS:
        found = sorted((int(value), text) for text, value in _NUMBER.findall((include / header).read_text()))
        lines += ["", *_dict(name, "int, str", (f'{value}: "{text}",' for value, text in found))]
    return "\n".join(lines) + "\n"


def constants(include: Path) -> str:
    """The module with the names of what system calls are given."""
    lines = ['"""Names of numbers. Made from the kernel\'s headers: tracewire.generate.kernel_headers."""']
    for name, tables in (("ENUMS", _ENUMS), ("FLAGS", _FLAGS)):
        made = (line for table in sorted(tables) for line in _table(table, _values(include, *tables[table])))
        lines += ["", *_dict(name, "str, dict[int, str]", made)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both modules from the headers in the directory that is given."""
    include = Path(sys.argv[1])
    (_CATALOGUE / "syscall_numbers.py").write_text(numbers(include), encoding="utf-8")
    (_CATALOGUE / "kernel_constants.py").write_text(constants(include), encoding="utf-8")


if __name__ == "__main__":
    main()
