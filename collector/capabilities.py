"""What this process may do, and less of it after the start."""

from pathlib import Path

from collector import linux

KEPT = ("CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN")
"""Attaching programs later, as interest changes: maps and programs, tracing ones, cgroup ones."""

NEEDED = ("CAP_BPF", "CAP_PERFMON")
"""Without these nothing can be loaded."""


def held(status: str = "/proc/self/status") -> frozenset[str]:
    """Names of the effective capabilities of a process, by default this one's."""
    for line in Path(status).read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("CapEff:"):
            bits = int(line.split()[1], 16)
            return frozenset(name for name, number in linux.CAPABILITIES.items() if bits >> number & 1)
    return frozenset()


def drop() -> None:
    """Keep `KEPT`, as far as it is held, and give up the rest for good.

    Raises:
        OSError: The kernel refuses.
    """
    keep = [linux.CAPABILITIES[name] for name in KEPT if name in held()]
    linux.forbid_new_privileges()
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text(encoding="ascii"))
    if "CAP_SETPCAP" in held():
        for number in range(last + 1):
            if number not in keep:
                linux.drop_bounding(number)
    linux.clear_ambient()
    linux.set_capabilities(sum(1 << number for number in keep))
