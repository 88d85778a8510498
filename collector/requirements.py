"""What a program needs of the kernel, asked before it is loaded.

A kernel that refuses one program refuses its whole object, which then has to be opened anew
without it: what can be known beforehand saves that, and says why in plainer words.
"""

import platform
import re
from collections.abc import Sequence
from pathlib import Path

from collector.libbpf import KernelTypes

# Programs for a tracepoint whose arguments are not the same on all kernels: how many it must have.
_TRACEPOINT_ARGUMENTS = {"sched_process_exit": 2, "sched_process_exit_late": 1, "uring_complete_accept": 3}

_KPROBES = Path("/sys/bus/event_source/devices/kprobe")


def kernel_version(release: str) -> tuple[int, ...]:
    """The first two numbers of *release*, to compare with."""
    return tuple(int(number) for number in re.findall(r"\d+", release)[:2])


class Kernel:
    """The running kernel, as far as programs depend on it."""

    def __init__(self, btf: str | None, security_modules: Sequence[str], *, shows_types: bool = True) -> None:
        """Read its types.

        Args:
            btf: A file with them, where the kernel does not show its own.
            security_modules: The active ones, as /sys/kernel/security/lsm lists them.
            shows_types: Whether it shows its own, which hooks are found by.
        """
        self._shows_types = shows_types
        self._types = KernelTypes(btf)
        # Files made small hold what our programs read, and nothing of tracepoints.
        self._knows_tracepoints = self._types.tracepoint_arguments("sys_enter") is not None
        self._security_modules = security_modules

    def lacks(self, name: str, section: str) -> str | None:
        """What program *name* of *section* needs and the kernel lacks; None where nothing is missing."""
        kind, _, target = section.partition("/")
        if kind in {"tp_btf", "raw_tp"}:
            return self._lacks_tracepoint(name, target)
        if kind in {"fentry", "fexit", "lsm"} and not self._shows_types:
            return "this kernel does not show its types to this process"
        if kind in {"fentry", "fexit"}:
            return self._lacks_trampoline(target)
        if kind == "kprobe" and not _KPROBES.exists():
            return "this kernel has no kprobes"
        if kind == "lsm":
            return self._lacks_hook(target)
        return None

    def _lacks_tracepoint(self, program: str, target: str) -> str | None:
        if not self._knows_tracepoints:
            return None  # attaching will tell
        arguments = self._types.tracepoint_arguments(target)
        if arguments is None:
            return f"this kernel has no tracepoint {target}"
        if _TRACEPOINT_ARGUMENTS.get(program, arguments) != arguments:
            return f"the tracepoint {target} has {arguments} arguments on this kernel"
        return None

    def _lacks_trampoline(self, function: str) -> str | None:
        if kernel_version(platform.release()) < (5, 13):
            # f3a95075549e: what was attached once could not be attached again.
            return "trampolines of this kernel cannot be attached twice (5.13)"
        return None if self._types.has_function(function) else f"this kernel has no function {function}"

    def _lacks_hook(self, hook: str) -> str | None:
        if "bpf" not in self._security_modules:
            # 5.10 loads and attaches such programs, and never calls them.
            return "bpf is not among the security modules of this kernel (lsm=... on its command line)"
        return None if self._types.has_function(f"bpf_lsm_{hook}") else f"this kernel has no LSM hook {hook}"

    def close(self) -> None:
        """Forget its types."""
        self._types.close()
