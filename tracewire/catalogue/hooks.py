"""Rungs that stand on a hook of the security framework, best first."""

from tracewire.catalogue.definition import Exactness, Rung

# Before 7.2 there is an LSM hook for it, and there no more.
_NOT_AN_LSM_HOOK = "file_alloc"


def _programs(kind: str, hooks: tuple[str, ...]) -> tuple[str, ...]:
    """The programs for *hooks*; what is no LSM hook is reached by a kprobe beside it."""
    return tuple(
        f"{'kprobe' if kind == 'lsm' and hook == _NOT_AN_LSM_HOOK else kind}_{hook}" for hook in hooks
    )


def hooked(*hooks: str, exactness: dict[str, Exactness] | None = None, note: str = "") -> tuple[Rung, ...]:
    """A rung for each way of reaching *hooks*, beside the entry and the end of the system call.

    Where the kernel preempts, kprobe is better than fexit: see bpf/fexit.bpf.c.

    Args:
        hooks: Programs of bpf/lsm.bpf.c and its kin, without the kind in front.
        exactness: Arguments that are not exact nevertheless.
        note: What is not seen.
    """
    kinds = ("fexit", "kprobe") if hooks == (_NOT_AN_LSM_HOOK,) else ("lsm", "fexit", "kprobe")
    return tuple(
        Rung(kind, ("sys_enter", "sys_exit", *_programs(kind, hooks)), exactness or {}, note) for kind in kinds
    )
