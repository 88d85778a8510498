"""What io_uring can be asked to do, and the ways to see that it does it."""

from tracewire.catalogue.definition import Exactness, Rung

# Numbers of include/uapi/linux/io_uring.h: of those that do what an event tells of.
OPCODES: dict[str, int] = {
    "IORING_OP_CONNECT": 16,
    "IORING_OP_OPENAT": 18,
    "IORING_OP_OPENAT2": 28,
    "IORING_OP_RENAMEAT": 35,
    "IORING_OP_UNLINKAT": 36,
    "IORING_OP_MKDIRAT": 37,
    "IORING_OP_SYMLINKAT": 38,
    "IORING_OP_LINKAT": 39,
}

_SUBMITTED = ("uring_submit", "names_cache_free")


def by_path(
    functions: tuple[str, ...], *programs: str, exactness: dict[str, Exactness] | None = None
) -> tuple[Rung, ...]:
    """Ways to see a request that is given a path.

    Args:
        functions: Of the kernel's, that execute it.
        programs: Inner tracepoints that see the objects which it works on.
        exactness: Arguments that are not exact.
    """
    around = tuple(f"{when}_{function}" for function in functions for when in ("begin", "end"))
    return (
        Rung("fexit", around, exactness or {}),
        Rung("inner", (*_SUBMITTED, *programs), exactness or {}),
    )
