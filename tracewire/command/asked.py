"""Events that somebody asked for together with the filters on them."""

from collections import OrderedDict

import msgspec

from tracewire.catalogue import Definition
from tracewire.clause import Clause
from tracewire.command.errors import UsageError
from tracewire.command.fields import Field, Sight
from tracewire.command.filters import Filter, clause_of

_MOST_FOLLOWED = 65_536


class Asked:
    """Some events, all filters that they must meet, and the processes that it has come to follow.

    Following, whoever descends from a process that meets the filters on process, container
    and node need not meet them: an ancestor is judged by what the event tells of it (pid, comm,
    exe), and whoever was accepted once is remembered.

    Raises:
        UsageError: There is nobody to follow.
    """

    def __init__(self, definitions: list[Definition], filters: list[Filter], *, follow: bool = False) -> None:
        self.definitions = definitions
        self.filters = filters
        self._names = frozenset(definition.name for definition in definitions)
        self._follow = follow
        self._followed: OrderedDict[str, None] = OrderedDict()
        if follow and not any(self._scopes(definition.name) for definition in definitions):
            raise UsageError(
                "There is nobody to follow.", "Add a filter such as comm=NAME, executable=PATH or pid=NUMBER."
            )

    def clause(self, definition: Definition) -> Clause:
        """What the kernel can leave out of *definition*; of whom to follow it knows nothing."""
        scopes = self._scopes(definition.name) if self._follow else []
        return clause_of(definition, [each for each in self.filters if each not in scopes])

    def accepts(self, sight: Sight) -> bool:
        """Whether it is one of the events and meets the filters."""
        if sight.event.name not in self._names:
            return False
        if not self._follow:
            return all(each.accepts(sight) for each in self.filters)
        scopes = self._scopes(sight.event.name)
        if not self._follows(sight, scopes):
            return False
        return all(each.accepts(sight) for each in self.filters if each not in scopes)

    def _scopes(self, event: str) -> list[Filter]:
        fields = [(each, each.fields.get(event)) for each in self.filters]
        return [each for each, field in fields if field is not None and not field.of_event]

    def _follows(self, sight: Sight, scopes: list[Filter]) -> bool:
        """Whether the process or one of its ancestors meets *scopes*, or was followed before."""
        process = sight.process
        line = [process.key, *(ancestor.key for ancestor in process.ancestors)]
        # "Not bash" is true of init, from which everything descends.
        told = any(not each.negated and _is_told(each.fields[sight.event.name]) for each in scopes)
        ancestors = range(len(process.ancestors)) if told else ()
        lines = [sight, *(_as_ancestor(sight, number) for number in ancestors)]
        found = any(key in self._followed for key in line) or any(
            all(each.accepts(one) for each in scopes) for one in lines
        )
        if found:
            self._followed[process.key] = None
            self._followed.move_to_end(process.key)
            if len(self._followed) > _MOST_FOLLOWED:
                self._followed.popitem(last=False)
        return found


def _is_told(field: Field | None) -> bool:
    """Whether an event tells it of ancestors, too."""
    return field is not None and field.path in {"process.pid", "process.comm", "process.exe"}


def _as_ancestor(sight: Sight, number: int) -> Sight:
    """*sight* as if an ancestor had done it; what is not told of an ancestor is as in the process."""
    ancestor = sight.process.ancestors[number]
    process = msgspec.structs.replace(
        sight.process,
        key=ancestor.key,
        pid=ancestor.pid,
        comm=ancestor.comm,
        exe=ancestor.exe,
        ancestors=sight.process.ancestors[number + 1 :],
    )
    return sight._replace(process=process)
