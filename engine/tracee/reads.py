"""What Tracee's signatures read of an event, down to single arguments."""

from collections.abc import Iterable, Iterator

from engine.fields import FieldsRead, fields_read
from engine.syntax import Tree, imports, package, path_of, walk
from engine.tracee.document import ARGUMENTS, FIELD
from engine.tracee.rewriting import SHARED

GET_ARGUMENT = "get_tracee_argument"

_SHARED = tuple(SHARED.split("."))


def reads_of(tree: Tree, shared: Iterable[Tree]) -> FieldsRead:
    """What *tree* and those of the *shared* files that it uses read."""
    used = [tree, *_used(tree, list(shared))]
    reads = FieldsRead()
    for one in used:
        reads |= fields_read(one)
    names: set[str] = set()
    everything = reads.reads(FIELD, "args")
    asks = False
    for one in used:
        for name in _asked(one):
            asks = True
            if name is None:
                everything = True
            else:
                names.add(name)
    nested = {(FIELD, "argument")} if asks else set()
    return reads | FieldsRead(
        fields=frozenset({ARGUMENTS} if everything else ()),
        nested=frozenset(nested | {(ARGUMENTS, name) for name in names}),
    )


def _used(tree: Tree, shared: list[Tree]) -> list[Tree]:
    """Those of *shared* that *tree* names, or that one of them names."""
    found: list[Tree] = []
    pending = [tree]
    while pending:
        named = _named(pending.pop())
        for other in shared:
            own = package(other)
            if not any(other is one for one in found) and any(path[: len(own)] == own for path in named):
                found.append(other)
                pending.append(other)
    return found


def _named(tree: Tree) -> set[tuple[str, ...]]:
    """The shared packages that *tree* imports or refers to, its own among them."""
    paths = {path[1:] for path in imports(tree) if path[1:3] == _SHARED}
    for node in walk(tree.get("rules")):
        path = path_of(node)
        if path and path[0] == "data" and path[1:3] == _SHARED:
            paths.add(path[1:])
    return paths | {package(tree)}


def _asked(tree: Tree) -> Iterator[str | None]:
    """The names that *tree* calls `get_tracee_argument` with; None for one that only evaluation knows."""
    calls = 0
    mentions = 0
    for node in walk(tree.get("rules")):
        path = path_of(node)
        if path and path[-1] == GET_ARGUMENT:
            mentions += 1
        terms = (
            node.get("terms")
            if "terms" in node
            else node.get("value")
            if node.get("type") == "call"
            else None
        )
        if not isinstance(terms, list) or len(terms) < 2:
            continue
        called = path_of(terms[0])
        if called and called[-1] == GET_ARGUMENT:
            calls += 1
            yield terms[1]["value"] if terms[1].get("type") == "string" else None
    if mentions > calls:
        yield None
