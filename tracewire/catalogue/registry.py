"""All definitions together, and how to find one."""

from difflib import get_close_matches

from tracewire.catalogue.container import CONTAINER
from tracewire.catalogue.definition import Definition
from tracewire.catalogue.file import FILE
from tracewire.catalogue.network import NETWORK
from tracewire.catalogue.process import PROCESS
from tracewire.catalogue.syscall import SYSCALL
from tracewire.catalogue.system import SYSTEM

EVENTS: tuple[Definition, ...] = (*PROCESS, *FILE, *NETWORK, *SYSTEM, *CONTAINER, *SYSCALL)
FAMILIES: tuple[str, ...] = tuple(dict.fromkeys(event.family for event in EVENTS))
BY_ID: dict[int, Definition] = {event.id: event for event in EVENTS}
BY_NAME: dict[str, Definition] = {event.name: event for event in EVENTS}


class UnknownEventError(LookupError):
    """No event has this name.

    Attributes:
        name: The name that was asked for.
        nearest: The most similar name there is, or None.
    """

    def __init__(self, name: str) -> None:
        matches = get_close_matches(name, BY_NAME, n=1)
        self.name = name
        self.nearest = matches[0] if matches else None
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        super().__init__(f"no event is called {name!r}{hint}")


def find(name: str) -> Definition:
    """The definition of event *name*.

    Raises:
        UnknownEventError: There is none.
    """
    try:
        return BY_NAME[name]
    except KeyError:
        raise UnknownEventError(name) from None
