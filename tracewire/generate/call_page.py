"""The page of all system calls that are events of their own."""

from tracewire.catalogue import i386
from tracewire.catalogue.call import CALLS, ONLY_32_BIT, RETURNS, Call
from tracewire.catalogue.syscall import ID_OF
from tracewire.catalogue.syscall_numbers import AARCH64, I386, X86_64
from tracewire.generate.markdown import page, table

NAME = "syscalls.md"
_INTRODUCTION = """\
Family `syscall`. An event of a system call carries what the call was given and what it has returned, as
`return_value` and, where that is an error, its name as `error`. It is told when the call returns. A call of a
32-bit program is the event of the function that the kernel runs for it, and its `abi` is `i386`.

What a pointer leads to is read where the call reads it, and marked as `user` in `origins`: another thread may
have changed it. It is `null` where it cannot be read. Of `exit`, `exit_group` and the returns from signal
handlers the event is told at their entry, with 0. A successful `execve` or `execveat` is told by the new
program, with what the old one gave. Of `fork` and its kin only the parent tells.

Calls of x32 programs are not seen. Names of arguments are those of the manual pages."""
_COLUMNS = ("event", "id", "arguments", "returns", "x86_64", "i386", "arm64")


def _row(call: Call, numbers: dict[str, dict[str, int]]) -> tuple[str, ...]:
    arguments = ", ".join(f"`{argument.name}`" for argument in call.arguments)
    own = [str(numbers[name].get(call.name, "")) for name in ("x86_64", "i386", "arm64")]
    return (f"`{call.name}`", str(ID_OF[call.name]), arguments, RETURNS[call.returns], *own)


def call_page() -> str:
    """The text of docs/events/syscalls.md."""
    numbers = {
        "x86_64": {name: number for number, name in X86_64.items()},
        "i386": {i386.event_of(name): number for number, name in I386.items()},
        "arm64": {name: number for number, name in AARCH64.items()},
    }
    calls = sorted([*CALLS.values(), *ONLY_32_BIT.values()], key=lambda call: ID_OF[call.name])
    return page("# System calls", _INTRODUCTION, table(_COLUMNS, [_row(call, numbers) for call in calls]))
