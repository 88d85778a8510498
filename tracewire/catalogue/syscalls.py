"""What the number of a system call means."""

from tracewire.catalogue import i386
from tracewire.catalogue.syscall_numbers import I386, X86_64

NAMES: dict[int, str] = X86_64 | {number + i386.FIRST: name for number, name in I386.items()}
"""By `Event.syscall`, as the table of its architecture names it."""


def abi_of(number: int) -> str | None:
    """Which table *number* is from; None where it is no system call's."""
    if number < 0:
        return None
    return "x86_64" if number < i386.FIRST else "i386"
