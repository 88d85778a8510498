"""Which parts of the input some Rego reads, so that nothing else need be sent to OPA."""

from typing import Any

import msgspec

from engine.syntax import Tree, call, is_var, path_of, reference, walk


class FieldsRead(msgspec.Struct, frozen=True):
    """Which parts of the input document some Rego reads.

    Attributes:
        everything: The document as a whole, or a field that only the evaluation knows.
        fields: Top-level fields that are read as a whole.
        nested: (top-level field, field inside it).
        elements: (top-level field, list inside it, field of the list's elements), where nothing
            else of the list is read.
    """

    everything: bool = False
    fields: frozenset[str] = frozenset()
    nested: frozenset[tuple[str, str]] = frozenset()
    elements: frozenset[tuple[str, str, str]] = frozenset()

    def __or__(self, other: "FieldsRead") -> "FieldsRead":
        """What either reads."""
        return FieldsRead(
            self.everything or other.everything,
            self.fields | other.fields,
            self.nested | other.nested,
            self.elements | other.elements,
        )

    def reads(self, field: str, inner: str) -> bool:
        """Whether *inner* of *field* is read, alone or with all of its siblings."""
        return (
            self.everything
            or field in self.fields
            or (field, inner) in self.nested
            or any(one[:2] == (field, inner) for one in self.elements)
        )

    def inside(self, field: str) -> dict[str, frozenset[str] | None]:
        """What is read of *field*: each field inside it, and of a list's elements which fields.

        None stands for the whole. A field that is read as a whole itself has no parts here.
        """
        parts: dict[str, frozenset[str] | None] = {}
        for outer, inner, name in self.elements:
            if outer == field:
                parts[inner] = (parts.get(inner) or frozenset()) | {name}
        parts |= {inner: None for outer, inner in self.nested if outer == field}
        return dict(sorted(parts.items()))


def fields_read(tree: Tree) -> FieldsRead:
    """Which parts of the input *tree* reads. Whatever is not recognised counts as everything."""
    everything = False
    fields: set[str] = set()
    nested: set[tuple[str, str]] = set()
    elements = _Elements(tree)
    in_references: set[int] = set()
    for node in walk(tree):
        terms = reference(node)
        if terms and is_var(terms[0], "input"):
            in_references.add(id(terms[0]))
            if id(node) in elements.explained:
                continue
            names = [step["value"] if step.get("type") == "string" else None for step in terms[1:3]]
            if not names or names[0] is None:
                everything = True
            elif len(names) == 1 or names[1] is None:
                fields.add(names[0])
            else:
                nested.add((names[0], names[1]))
        elif is_var(node, "input") and id(node) not in in_references:
            everything = True
    # `import input.args as a` gives the field a second name, which would have to be followed.
    for imported in tree.get("imports") or []:
        everything |= (path_of(imported["path"]) or ("",))[0] == "input"
    return FieldsRead(everything, frozenset(fields), frozenset(nested), frozenset(elements.found))


class _Elements:
    """Fields of the elements of lists, and the references that say no more than these.

    Recognised are `input.a.b[_].c`, and `some x in input.a.b` where `x` is used as `x.c` and in
    no other way anywhere in the file.

    Attributes:
        found: As `FieldsRead.elements`.
        explained: Identities of the references to lists of which nothing else is read.
    """

    def __init__(self, tree: Tree) -> None:
        self.found: set[tuple[str, str, str]] = set()
        self.explained: set[int] = set()
        # By variable: the references to the lists that it takes its values from.
        self._lists: dict[str, list[Tree]] = {}
        self._fields: dict[str, set[str]] = {}
        self._used_as_a_whole: set[str] = set()
        self._expected: set[int] = set()
        for node in walk(tree):
            self._call(node)
            terms = reference(node)
            if terms:
                self._reference(node, terms)
            elif node.get("type") == "var" and id(node) not in self._expected:
                self._used_as_a_whole.add(str(node["value"]))
        self._conclude()

    def _call(self, node: Tree) -> None:
        called = call(node)
        if called is None or called[0] not in {"internal.member_2", "internal.member_3"}:
            return
        *_, variable, source = called[1]
        path = path_of(source)
        if variable.get("type") == "var" and path and path[0] == "input" and len(path) == 3:
            self._lists.setdefault(str(variable["value"]), []).append(source)
            self._expected.add(id(variable))

    def _reference(self, node: Tree, terms: list[Any]) -> None:
        head, *steps = terms
        kinds = [step.get("type") for step in steps]
        if head.get("type") != "var" or kinds[:1] != ["string"]:
            return
        if head["value"] != "input":
            self._expected.add(id(head))
            self._fields.setdefault(str(head["value"]), set()).add(str(steps[0]["value"]))
        elif kinds[1:2] == ["string"] and kinds[2:4] in (["number", "string"], ["var", "string"]):
            self.found.add((steps[0]["value"], steps[1]["value"], steps[3]["value"]))
            self.explained.add(id(node))

    def _conclude(self) -> None:
        for variable, sources in self._lists.items():
            # Where no field is read, that there is an element at all may matter.
            if variable in self._used_as_a_whole or variable not in self._fields:
                continue
            for source in sources:
                _, field, inner = path_of(source) or ("", "", "")
                self.found |= {(field, inner, name) for name in self._fields[variable]}
                self.explained.add(id(source))
