"""Whether a signature's rules say themselves which events they are about."""

from collections.abc import Iterable, Iterator
from typing import Any

from engine.syntax import Tree, constant_start, package, path_of, rule_events, rule_name

# What is inside of these need not hold for the rule to hold.
_MAYBE = frozenset({"not", "or", "every", "arraycomprehension", "setcomprehension", "objectcomprehension"})

Path = tuple[str, ...]


class Restrictions:
    """Knows the rules of several files, and which of them hold for certain events only."""

    def __init__(self, trees: Iterable[Tree]) -> None:
        self._rules: dict[Path, list[tuple[Tree, Tree]]] = {}
        for tree in trees:
            for rule in tree.get("rules") or []:
                path = (*package(tree), rule_name(rule))
                self._rules.setdefault(path, []).append((tree, rule))

    def events(self, path: Path, *, above: frozenset[Path] = frozenset()) -> frozenset[str] | None:
        """The events that the rules at *path* can hold for; None if they do not say.

        A rule says so by comparing `input.event`, or by using a rule that does.

        Args:
            path: Package and name, such as ("lib", "files", "changed").
            above: Rules that are being looked at already.
        """
        rules = self._rules.get(path)
        if not rules or path in above:
            return None
        found: frozenset[str] = frozenset()
        for tree, rule in rules:
            events = self._rule(tree, rule, above | {path})
            if events is None:
                return None
            found |= events
        return found

    def _rule(self, tree: Tree, rule: Tree, above: frozenset[Path]) -> frozenset[str] | None:
        if rule.get("default") or rule.get("else"):
            return None
        names = rule_events(rule)
        if names is not None:
            return frozenset(names)
        used = (self.events(path, above=above) for path in self._used(tree, rule))
        return next((events for events in used if events is not None), None)

    def _used(self, tree: Tree, rule: Tree) -> Iterator[Path]:
        """The rules that have to hold for *rule* to hold."""
        names = _names(tree)
        for expression in rule.get("body") or []:
            if expression.get("negated") or expression.get("with"):
                continue
            for term in _certain(expression):
                path = path_of(term) or constant_start(term)
                if path:
                    full = (*names[path[0]], *path[1:]) if path[0] in names else (*package(tree), *path)
                    # What follows the rule's name looks into its value.
                    yield from (full[:length] for length in range(2, len(full) + 1))


def _names(tree: Tree) -> dict[str, Path]:
    """What the file calls other packages: its imports, and `data` itself."""
    names: dict[str, Path] = {"data": ()}
    for imported in tree.get("imports") or []:
        path = path_of(imported["path"])
        if path and path[0] == "data" and len(path) > 1:
            names[imported.get("alias") or path[-1]] = path[1:]
    return names


def _certain(node: Any) -> Iterator[Any]:
    """The parts of an expression that are evaluated whenever it holds."""
    if isinstance(node, list):
        for part in node:
            yield from _certain(part)
    elif isinstance(node, dict) and node.get("type") not in _MAYBE:
        if node.get("type") in {"ref", "var"}:
            yield node
        if "domain" not in node:
            for part in node.values():
                yield from _certain(part)
