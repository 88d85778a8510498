"""What this machine offers, and whether it is enough."""

import os
import platform
from pathlib import Path

import msgspec

from collector import btf, capabilities
from collector.errors import MachineError


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


def own_facts() -> dict[str, bytes]:
    """What the kernel knows about this process, by the names and in the form of bpf/check.bpf.c."""
    # Behind the name, which may hold anything but a NUL.
    fields = _read("/proc/self/stat").rpartition(")")[2].split()
    return {
        "tgid": os.getpid().to_bytes(4, "little"),
        "parent": os.getppid().to_bytes(4, "little"),
        "mount_namespace": Path("/proc/self/ns/mnt").stat().st_ino.to_bytes(4, "little"),
        "argument_start": int(fields[45]).to_bytes(8, "little"),
    }


def _lockdown() -> str | None:
    words = _read("/sys/kernel/security/lockdown").split()
    return next((word.strip("[]") for word in words if word.startswith("[")), None)


def _preemptible(release: str) -> bool:
    """Whether the kernel preempts itself: always since 7.0, before that where it was built or told so."""
    if int(release.split(".", maxsplit=1)[0]) >= 7:
        return True
    if "preempt=full" in _read("/proc/cmdline").split():
        return True
    # `PREEMPT` alone; `PREEMPT_DYNAMIC` is what the command line says, and voluntary by itself.
    return "PREEMPT" in _read("/proc/version").split()


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
        preemptible=_preemptible(platform.release()),
        lockdown=_lockdown(),
        cgroup=_cgroup_root(),
        capabilities=[name for name in capabilities.KEPT if name in held],
        missing_capabilities=[name for name in capabilities.NEEDED if name not in held and not admin],
    )


def require(machine: Machine) -> None:
    """Refuse a machine on which nothing could be loaded.

    Raises:
        MachineError: Capabilities or the kernel's types are missing.
    """
    if machine.missing_capabilities:
        raise MachineError(
            f"this process may not load BPF programs: {' and '.join(machine.missing_capabilities)} missing",
            remedy="Run it as root, or give it CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN.",
        )
    if machine.btf is None:
        raise MachineError(
            f"kernel {machine.kernel} does not show its types: no {btf.OWN}",
            remedy="Use a kernel with CONFIG_DEBUG_INFO_BTF, or give a BTF file for it as --btf.",
        )
