"""What this machine offers, and whether it is enough."""

import os
import platform
import resource
from pathlib import Path

import msgspec

from collector import btf, capabilities
from collector.errors import MachineError
from collector.requirements import kernel_version

# include/linux/proc_ns.h: PROC_USER_INIT_INO, PROC_PID_INIT_INO.
_FIRST_NAMESPACES = {"user": 0xEFFF_FFFD, "pid": 0xEFFF_FFFC}

_MEBIBYTE = 1024 * 1024
# All maps together with rings of the usual size, and as much again: those of a session that ends are
# given back a moment later.
_LOCKED_MEBIBYTES = 128


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about this machine.

    Attributes:
        kernel: Its release.
        architecture: Such as x86_64.
        btf: Where the kernel's types are taken from, or None where there are none.
        shows_types: Whether the kernel shows its own; what LSM programs and trampolines need.
        security_modules: Active LSMs; empty where securityfs is not mounted.
        preemptible: Whether another task may run in the middle of a BPF program.
        lockdown: none, integrity or confidentiality; None where that cannot be read.
        cgroup: Directory of the cgroup v2 root, or None where it is not mounted.
        namespaces: Of `user` and `pid`, those that this process does not share with the host.
        locked_memory: Bytes of it that are allowed, where maps count as such; None where that is no limit.
        capabilities: That this process holds and that matter here.
        missing_capabilities: That it would need and does not hold.
    """

    kernel: str
    architecture: str
    btf: str | None
    shows_types: bool
    security_modules: list[str]
    preemptible: bool
    lockdown: str | None
    cgroup: str | None
    namespaces: list[str]
    locked_memory: int | None
    capabilities: list[str]
    missing_capabilities: list[str]


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def security_modules() -> list[str]:
    """The active ones; empty where securityfs is not mounted."""
    return [name for name in _read("/sys/kernel/security/lsm").split(",") if name]


def namespaces() -> list[str]:
    """Of `user` and `pid`, the namespaces of this process that are not the host's."""
    return [name for name, first in _FIRST_NAMESPACES.items() if _namespace(name) != first]


def _namespace(name: str) -> int:
    return Path(f"/proc/self/ns/{name}").stat().st_ino


def own_facts() -> dict[str, bytes]:
    """What the kernel knows about this process, by the names and in the form of bpf/check.bpf.c."""
    # Behind the name, which may hold anything but a NUL.
    fields = _read("/proc/self/stat").rpartition(")")[2].split()
    facts = {
        "mount_namespace": _namespace("mnt").to_bytes(4, "little"),
        "argument_start": int(fields[45]).to_bytes(8, "little"),
    }
    if "pid" in namespaces():
        return facts  # whose ids are not those that the kernel has
    return facts | {"tgid": os.getpid().to_bytes(4, "little"), "parent": os.getppid().to_bytes(4, "little")}


def _locked_memory(release: str, held: frozenset[str]) -> int | None:
    """The limit that applies to maps: until 5.11, and to whom may not raise it."""
    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[1]
    may_raise = "CAP_SYS_RESOURCE" in held
    if kernel_version(release) >= (5, 11) or may_raise or limit == resource.RLIM_INFINITY:
        return None
    return limit


def _lockdown() -> str | None:
    words = _read("/sys/kernel/security/lockdown").split()
    return next((word.strip("[]") for word in words if word.startswith("[")), None)


def preempts(release: str, command_line: str, version: str) -> bool:
    """Whether a kernel preempts itself: always since 7.0, before that where it was built or told so.

    Args:
        release: As uname shows it.
        command_line: /proc/cmdline.
        version: /proc/version.
    """
    if int(release.split(".", maxsplit=1)[0]) >= 7:
        return True
    if "preempt=full" in command_line.split():
        return True
    # `PREEMPT` alone; `PREEMPT_DYNAMIC` is what the command line says, and voluntary by itself.
    return "PREEMPT" in version.split()


def _cgroup_root() -> str | None:
    for line in _read("/proc/self/mounts").splitlines():
        _, directory, kind, *_ = line.split(" ")
        if kind == "cgroup2":
            return directory
    return None


def examine(types: str | None = None) -> Machine:
    """The facts, as they are now.

    Args:
        types: A BTF file, or a directory of such, from the settings.

    Raises:
        TypesError: There is no such file, or none for this kernel in the directory.
    """
    shown = btf.is_shown()
    held = capabilities.held()
    # CAP_SYS_ADMIN stands for the two that were split off it in 5.8.
    admin = "CAP_SYS_ADMIN" in held
    return Machine(
        kernel=platform.release(),
        architecture=platform.machine(),
        btf=str(btf.find(types)) if types else str(btf.OWN) if shown else None,
        shows_types=shown,
        security_modules=security_modules(),
        preemptible=preempts(platform.release(), _read("/proc/cmdline"), _read("/proc/version")),
        lockdown=_lockdown(),
        cgroup=_cgroup_root(),
        namespaces=namespaces(),
        locked_memory=_locked_memory(platform.release(), held),
        capabilities=[name for name in capabilities.KEPT if name in held],
        missing_capabilities=[name for name in capabilities.NEEDED if name not in held and not admin],
    )


def require(machine: Machine) -> None:
    """Refuse a machine on which nothing could be loaded.

    Raises:
        MachineError: Capabilities or the kernel's types are missing, or something stands in the way of
            all programs.
    """
    if "user" in machine.namespaces:
        raise MachineError(
            "this process is in a user namespace of its own, whose capabilities do not count for BPF",
            remedy="Run it in the host's: as root, and of a container with --userns=host.",
        )
    if machine.missing_capabilities:
        raise MachineError(
            f"this process may not load BPF programs: {' and '.join(machine.missing_capabilities)} missing",
            remedy="Run it as root, or give it CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN.",
        )
    if machine.lockdown == "confidentiality":
        raise MachineError(
            "the kernel is locked down for confidentiality: BPF programs may not read its memory",
            remedy="Boot it with lockdown=integrity, under which everything works, or without.",
        )
    if machine.locked_memory is not None and machine.locked_memory < _LOCKED_MEBIBYTES * _MEBIBYTE:
        raise MachineError(
            f"kernel {machine.kernel} counts BPF maps as locked memory, and this process may lock "
            f"{machine.locked_memory // 1024} KiB",
            remedy="Raise it (LimitMEMLOCK=infinity, ulimit -l unlimited), or give it CAP_SYS_RESOURCE.",
        )
    if machine.btf is None:
        raise MachineError(
            f"kernel {machine.kernel} does not show its types: no {btf.OWN}",
            remedy="Use a kernel with CONFIG_DEBUG_INFO_BTF, or give a BTF file for it as --btf.",
        )
