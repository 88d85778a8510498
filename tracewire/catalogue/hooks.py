"""Rungs that stand on a hook of the security framework, best first."""

from tracewire.catalogue.definition import Exactness, Rung

# What LSM programs cannot attach to everywhere: since 7.0 that hook is closed to them.
_NOT_FOR_LSM = "file_alloc"


def hooked(hook: str, exactness: dict[str, Exactness] | None = None, note: str = "") -> tuple[Rung, ...]:
    """A rung for each way of reaching *hook*, beside the entry and the end of the system call.

    Where the kernel preempts, kprobe is better than fexit: see bpf/fexit.bpf.c.

    Args:
        hook: A program of bpf/lsm.bpf.c and its kin, without the kind in front.
        exactness: Arguments that are not exact nevertheless.
        note: What is not seen.
    """
    kinds = ("fexit", "kprobe") if hook == _NOT_FOR_LSM else ("lsm", "fexit", "kprobe")
    return tuple(
        Rung(kind, ("sys_enter", "sys_exit", f"{kind}_{hook}"), exactness or {}, note) for kind in kinds
    )
