"""What a signature asks for that its events do not have here: no error, and worth knowing."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from engine.signatures import Problem
from engine.source import Source
from engine.syntax import Tree, call, line_of, reference, walk
from engine.tracee.reads import GET_ARGUMENT
from tracewire.catalogue import BY_NAME

_EQUALITIES = frozenset({"eq", "equal"})


def absent(source: Source, tree: Tree, events: Iterable[str], missing: Iterable[str]) -> list[Problem]:
    """A sentence for each event and each argument that is not there.

    Args:
        source: As its author wrote it.
        tree: Of its rules, whose rows are the same.
        events: Those of its events that exist.
        missing: Those that do not.
    """
    events = tuple(events)
    notes = [
        Problem(
            source.path, _row(source, name), f"no event is called {name!r} here: rules about it find nothing"
        )
        for name in missing
    ]
    known = {argument.name for event in events for argument in BY_NAME[event].arguments}
    for name in sorted(set(_arguments(tree)) - known):
        near = get_close_matches(name, known, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ": rules that need it find nothing"
        reason = f"no argument of {', '.join(events)} is called {name!r}{meant}"
        notes.append(Problem(source.path, _row(source, name), reason))
    return notes


def _row(source: Source, name: str) -> int:
    return line_of(source.text, f'"{name}"')


def _arguments(tree: Tree) -> Iterator[str]:
    """The names by which *tree* asks for arguments: with the helper, or by comparing each one's name."""
    for node in walk(tree.get("rules")):
        called = call(node)
        if called is None:
            continue
        operator, operands = called
        if operator.split(".")[-1] == GET_ARGUMENT and operands[0].get("type") == "string":
            yield str(operands[0]["value"])
        if operator in _EQUALITIES and len(operands) == 2:
            for one, other in (operands, reversed(operands)):
                if _is_name_of_argument(one) and other.get("type") == "string":
                    yield str(other["value"])


def _is_name_of_argument(term: Tree) -> bool:
    """`argument.name` or `input.args[_].name`."""
    steps = reference(term)
    if not steps or steps[-1].get("value") != "name" or steps[-1].get("type") != "string":
        return False
    if len(steps) == 2:
        return steps[0].get("value") not in {"input", "data"}
    return steps[0].get("value") == "input" and any(step.get("value") == "args" for step in steps)
