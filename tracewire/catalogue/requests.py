"""What io_uring can be asked to do, and the ways to see that it does it."""

from tracewire.catalogue.definition import Exactness, Rung

# Numbers of include/uapi/linux/io_uring.h: of those that do what an event tells of.
OPCODES: dict[str, int] = {
    "IORING_OP_SENDMSG": 9,
    "IORING_OP_ACCEPT": 13,
    "IORING_OP_CONNECT": 16,
    "IORING_OP_OPENAT": 18,
    "IORING_OP_SEND": 26,
    "IORING_OP_OPENAT2": 28,
    "IORING_OP_RENAMEAT": 35,
    "IORING_OP_UNLINKAT": 36,
    "IORING_OP_MKDIRAT": 37,
    "IORING_OP_SYMLINKAT": 38,
    "IORING_OP_LINKAT": 39,
    "IORING_OP_SOCKET": 45,
    "IORING_OP_SEND_ZC": 47,
    "IORING_OP_SENDMSG_ZC": 48,
    "IORING_OP_BIND": 56,
    "IORING_OP_LISTEN": 57,
}

_TRAMPOLINES = "Around what executes the request: Linux 6.1 and later, where trampolines are allowed."
_SUBMITTED = ("uring_submit", "names_cache_free")


def around(*functions: str) -> tuple[str, ...]:
    """The programs that stand around *functions* of the kernel's."""
    return tuple(f"{when}_{function}" for function in functions for when in ("begin", "end"))


def by_path(
    functions: tuple[str, ...], *programs: str, exactness: dict[str, Exactness] | None = None
) -> tuple[Rung, ...]:
    """Ways to see a request that is given a path.

    Args:
        functions: Of the kernel's, that execute it.
        programs: Inner tracepoints that see the objects which it works on.
        exactness: Arguments that are not exact.
    """
    return (
        Rung("fexit", around(*functions), exactness or {}, _TRAMPOLINES),
        Rung("inner", (*_SUBMITTED, *programs), exactness or {}, "Not seen: what fails."),
    )


def by_socket(
    *functions: str,
    programs: tuple[str, ...] = ("uring_submit_socket",),
    exactness: dict[str, Exactness] | None = None,
    note: str = "",
) -> tuple[Rung, ...]:
    """Ways to see a request that works on a socket.

    Args:
        functions: Of the kernel's, that execute it.
        programs: What sees it where trampolines are not allowed.
        exactness: Arguments that are not exact there.
        note: What is not seen there.
    """
    told = "Told when the request is submitted, whatever becomes of it."
    return (
        Rung("fexit", around(*functions), exactness or {}, _TRAMPOLINES),
        Rung("inner", programs, exactness or {}, note or told),
    )
