"""Every system call as an event of its own name."""

from tracewire.catalogue.call import CALLS, IN_MEMORY, ONLY_32_BIT, TYPES, Call
from tracewire.catalogue.definition import Argument, Definition, Exactness, Rung
from tracewire.catalogue.syscall_numbers import X86_64

FAMILY = "syscall"
# Where the ids of those begin that x86_64 has no number for.
_FIRST_OF_32_BIT = 480

_NUMBERS = {name: number for number, name in X86_64.items()}


def _event(number: int, call: Call) -> Definition:
    exactness = {argument.name: Exactness.USER for argument in call.arguments if argument.type in IN_MEMORY}
    return Definition(
        number, call.name, FAMILY,
        f"A process has called {call.name}.",
        tuple(Argument(argument.name, TYPES[argument.type], argument.names) for argument in call.arguments),
        rungs=(Rung("sys_exit", ("call_enter", "call_exit"), exactness),),
        tags=call.tags, syscalls=(call.name,), hot=True,
    )  # fmt: skip


SYSCALL: tuple[Definition, ...] = (
    *(_event(_NUMBERS[name], call) for name, call in sorted(CALLS.items(), key=lambda one: _NUMBERS[one[0]])),
    *(_event(_FIRST_OF_32_BIT + place, call) for place, call in enumerate(ONLY_32_BIT.values())),
)
ID_OF: dict[str, int] = {event.name: event.id for event in SYSCALL}
