"""What this process may do, and less of it after the start."""

from pathlib import Path

from collector import linux

KEPT = ("CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN")
"""Loading and attaching programs later, as interest changes: maps and programs, tracing ones, cgroup ones."""

NEEDED = ("CAP_BPF", "CAP_PERFMON")
"""Without these nothing can be loaded."""


def held(status: str = "/proc/self/status") -> frozenset[str]:
    """Names of the effective capabilities of a process, by default this one's."""
    for line in Path(status).read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("CapEff:"):
            bits = int(line.split()[1], 16)
            return frozenset(name for name, number in linux.CAPABILITIES.items() if bits >> number & 1)
    return frozenset()


# Before 5.8, and under container engines that do not know CAP_BPF, this one stands for it.
_INSTEAD_OF_BPF = "CAP_SYS_ADMIN"


def kept(held_now: frozenset[str]) -> frozenset[str]:
    """What to keep of *held_now*."""
    wanted = {*KEPT} if "CAP_BPF" in held_now else {*KEPT, _INSTEAD_OF_BPF}
    return held_now & wanted


def drop() -> None:
    """Keep what loading and attaching later need, as far as it is held, and give up the rest for good.

    Raises:
        OSError: The kernel refuses.
    """
    keep = [linux.CAPABILITIES[name] for name in kept(held())]
    linux.forbid_new_privileges()
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text(encoding="ascii"))
    if "CAP_SETPCAP" in held():
        for number in range(last + 1):
            if number not in keep:
                linux.drop_bounding(number)
    linux.clear_ambient()
    linux.set_capabilities(sum(1 << number for number in keep))
