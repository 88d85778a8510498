"""FIELD=VALUE conditions over the view of an event."""

import re
from difflib import get_close_matches
from typing import Any

import msgspec

from tracewire.catalogue import Definition, Kind
from tracewire.clause import Clause, Condition
from tracewire.command.errors import UsageError
from tracewire.finding import ContainerView, EventView, ProcessView

_CONDITION = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)(!?=)(.*)", re.DOTALL)
_PROCESS_FIELDS = tuple(name for name in ProcessView.__struct_fields__ if name != "ancestors")
_OTHER_FIELDS = ("container", "node", "return_value", "syscall")


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """One condition on an event.

    Attributes:
        field: An argument, `args.`argument, a field of the process, container, node, return_value or syscall.
        value: What it must be; a `*` at its beginning or end stands for anything.
        negated: It must not be that.
    """

    field: str
    value: str
    negated: bool

    def accepts(
        self, node: str, event: EventView, process: ProcessView, container: ContainerView | None
    ) -> bool:
        """Whether the event meets the condition; one without such a field does not equal anything."""
        values = self._values(node, event, process, container)
        return any(matches(value, self.value) for value in values) != self.negated

    def _values(
        self, node: str, event: EventView, process: ProcessView, container: ContainerView | None
    ) -> list[str]:
        name = self.field.removeprefix("args.")
        if name in event.args:
            return plain(event.args[name])
        match self.field.removeprefix("process."):
            case "container":
                return plain([container.id, container.name] if container else [])
            case "node":
                return [node]
            case "return_value":
                return plain(event.return_value)
            case "syscall":
                return plain(event.syscall)
            case field:
                return plain(getattr(process, field)) if field in _PROCESS_FIELDS else []


def plain(value: Any) -> list[str]:
    """The strings that a condition may name: of a list each item, of an object each value."""
    match value:
        case None:
            return []
        case bool():
            return [str(value).lower()]
        case list():
            return [text for item in value for text in plain(item)]
        case dict():
            return [text for item in value.values() for text in plain(item)]
        case _:
            return [str(value)]


def matches(value: str, pattern: str) -> bool:
    """Whether *value* is what *pattern* says, `*` at either end standing for anything."""
    middle = pattern.removeprefix("*").removesuffix("*")
    match pattern.startswith("*"), pattern.endswith("*"):
        case True, True:
            return middle in value
        case True, False:
            return value.endswith(middle)
        case False, True:
            return value.startswith(middle)
        case _:
            return value == pattern


def parse(conditions: list[str], definitions: list[Definition]) -> list[Filter]:
    """The filters that *conditions* say.

    Args:
        conditions: As typed: `pathname=/etc/*`, `comm!=cron`.
        definitions: The events they are for; a field may belong to any of these.

    Raises:
        UsageError: One is no condition, or none of the events has its field.
    """
    arguments = [argument.name for definition in definitions for argument in definition.arguments]
    known = list(dict.fromkeys([*arguments, *_PROCESS_FIELDS, *_OTHER_FIELDS]))
    filters = []
    for condition in conditions:
        match = _CONDITION.fullmatch(condition)
        if match is None:
            raise UsageError(
                f"{condition!r} is not a filter.",
                "Write FIELD=VALUE or FIELD!=VALUE, such as 'pathname=/etc/*'.",
            )
        field, operator, value = match.groups()
        if field.removeprefix("args.").removeprefix("process.") not in known:
            names = ", ".join(definition.name for definition in definitions)
            nearest = get_close_matches(field, known, n=1)
            hint = f"Did you mean {nearest[0]!r}?" if nearest else f"Fields: {', '.join(known)}."
            raise UsageError(f"{names}: no field is called {field!r}.", hint)
        filters.append(Filter(field=field, value=value, negated=operator == "!="))
    return filters


def clause_of(definition: Definition, conditions: list[Filter]) -> Clause:
    """What holds of every event of *definition* that all *conditions* accept; more may hold.

    A condition that no clause can say, such as a negated one, is left out.
    """
    clause: dict[str, Condition] = {}
    kinds = {argument.name: argument.kind for argument in definition.arguments}
    for condition in conditions:
        if condition.negated or (condition.value.startswith("*") and condition.value.endswith("*")):
            continue
        name = condition.field.removeprefix("args.")
        kind = kinds.get(name)
        field = f"args.{name}" if kind else f"process.{condition.field.removeprefix('process.')}"
        said = _condition(kind, field, condition.value)
        if said is not None:
            clause.setdefault(field, said)
    return clause


def _condition(kind: Kind | None, field: str, value: str) -> Condition | None:
    """*value* as a condition on a field of *kind*, or of a process; None where it is of no such kind."""
    if kind in {Kind.STRING, Kind.PATH} or field in {"process.comm", "process.exe"}:
        if value.endswith("*"):
            return Condition(prefix=(value[:-1],))
        return Condition(suffix=(value[1:],)) if value.startswith("*") else Condition(equal=(value,))
    if "*" in (value[:1], value[-1:]):
        return None
    if kind is Kind.FLAGS:
        return Condition(contains=(value,))
    if field in {"process.uid", "process.gid", "process.pid"} and value.isdecimal():
        return Condition(equal=(int(value),))
    return None
