"""What a program needs of the kernel, asked before it is loaded.

A kernel that refuses one program refuses its whole object, which then has to be opened anew
without it: what can be known beforehand saves that, and says why in plainer words.
"""

from collections.abc import Sequence
from pathlib import Path

from collector.libbpf import KernelTypes

_KPROBES = Path("/sys/bus/event_source/devices/kprobe")


class Kernel:
    """The running kernel, as far as programs depend on it."""

    def __init__(self, btf: str | None, security_modules: Sequence[str]) -> None:
        """Read its types.

        Args:
            btf: A file with them, where the kernel does not show its own.
            security_modules: The active ones, as /sys/kernel/security/lsm lists them.
        """
        self._types = KernelTypes(btf)
        self._security_modules = security_modules

    def lacks(self, section: str) -> str | None:
        """What a program of *section* needs and the kernel does not have; None where nothing is missing."""
        kind, _, target = section.partition("/")
        if kind == "tp_btf" and not self._types.has_tracepoint(target):
            return f"this kernel has no tracepoint {target}"
        if kind in {"fentry", "fexit"} and not self._types.has_function(target):
            return f"this kernel has no function {target}"
        if kind == "kprobe" and not _KPROBES.exists():
            return "this kernel has no kprobes"
        if kind == "lsm":
            if "bpf" not in self._security_modules:
                # 5.10 loads and attaches such programs, and never calls them.
                return "bpf is not among the security modules of this kernel (lsm=... on its command line)"
            if not self._types.has_function(f"bpf_lsm_{target}"):
                return f"this kernel has no LSM hook {target}"
        return None

    def close(self) -> None:
        """Forget its types."""
        self._types.close()
