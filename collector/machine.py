"""What this machine offers, and whether it is enough."""

import os
import platform
from pathlib import Path

import msgspec

from collector import capabilities
from collector.errors import MachineError

_BTF = Path("/sys/kernel/btf/vmlinux")


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about this machine.

    Attributes:
        kernel: Its release.
        architecture: Such as x86_64.
        btf: File with the kernel's types, or None where there is none.
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


def _btf(given: str | None) -> str | None:
    """The file given, the one for this kernel in the directory given, or the kernel's own.

    A directory is searched for `<release>.btf`, as archives of such files name them.
    """
    if given is None:
        return str(_BTF) if os.access(_BTF, os.R_OK) else None
    path = Path(given)
    if path.is_dir():
        return next((str(found) for found in sorted(path.rglob(f"{platform.release()}.btf"))), None)
    return given if path.is_file() else None


def examine(btf: str | None = None) -> Machine:
    """The facts, as they are now.

    Args:
        btf: A BTF file, or a directory of such, from the settings.
    """
    held = capabilities.held()
    # CAP_SYS_ADMIN stands for the two that were split off it in 5.8.
    admin = "CAP_SYS_ADMIN" in held
    return Machine(
        kernel=platform.release(),
        architecture=platform.machine(),
        btf=_btf(btf),
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
            f"kernel {machine.kernel} does not show its types: no {_BTF}",
            remedy="Use a kernel with CONFIG_DEBUG_INFO_BTF, or name a BTF file for it as collector.btf.",
        )
