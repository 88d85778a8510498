"""Rungs that stand on a hook of the security framework, best first."""

from tracewire.catalogue.definition import Exactness, Rung

# What LSM programs cannot attach to everywhere: since 7.0 that hook is closed to them.
_NOT_FOR_LSM = "file_alloc"
# Linux 7.0 and later, and `preempt=full` before that: see bpf/fexit.bpf.c.
_MAY_BE_SKIPPED = (
    "Where the kernel preempts, a call that the hook missed is told without its path, which is marked."
)


def hooked(
    hook: str, exactness: dict[str, Exactness] | None = None, note: str = "", *, paths: tuple[str, ...] = ()
) -> tuple[Rung, ...]:
    """A rung for each way of reaching *hook*, beside the entry and the end of the system call.

    Where the kernel preempts, kprobe is better than fexit: see bpf/fexit.bpf.c.

    Args:
        hook: A program of bpf/lsm.bpf.c and its kin, without the kind in front.
        exactness: Arguments that are not exact nevertheless.
        note: What is not seen.
        paths: Arguments that nothing but the hook tells, so that they are not known where it is skipped.
    """
    kinds = ("fexit", "kprobe") if hook == _NOT_FOR_LSM else ("lsm", "fexit", "kprobe")
    return tuple(_rung(kind, hook, exactness or {}, note, paths) for kind in kinds)


def _rung(kind: str, hook: str, exactness: dict[str, Exactness], note: str, paths: tuple[str, ...]) -> Rung:
    if kind == "fexit" and paths:
        exactness = exactness | dict.fromkeys(paths, Exactness.RACY)
        note = f"{note} {_MAY_BE_SKIPPED}".strip()
    return Rung(kind, ("sys_enter", "sys_exit", f"{kind}_{hook}"), exactness, note)
