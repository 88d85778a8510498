"""`signatures explain`: what of a signature the kernel decides, and what it cannot."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from engine.bundle import build
from engine.checking import Module
from engine.library import Accepted
from engine.opa import Opa
from engine.opa_program import OpaProgram
from engine.rendering import Place, place_of, rendered, supporting
from engine.selection import Selected, Selector
from engine.source import Source
from engine.syntax import libraries_used, package
from tracewire.clause import Clause, in_words

_LONGEST_SECONDS = 10.0


class Undecided(msgspec.Struct, frozen=True):
    """An expression that only the engine can decide.

    Attributes:
        expression: In Rego, with helpers and constants put in.
        place: Where something like it stands; None where nothing does.
    """

    expression: str
    place: Place | None


class Explained(msgspec.Struct, frozen=True):
    """One signature and one event.

    Attributes:
        event: Its name.
        collected: `never`, `some` (those that a clause wants) or `all`.
        clauses: Of which any must hold.
        undecided: What else must hold and is no clause.
        reason: Why all are collected; empty otherwise.
    """

    event: str
    collected: str
    clauses: list[Clause]
    undecided: list[Undecided]
    reason: str = ""


async def explain(
    program: OpaProgram, accepted: Accepted, capabilities: Path, name: str
) -> list[Explained] | None:
    """Each event of signature *name*; None if there is no such signature.

    Raises:
        OpaProgramError: The signatures do not compile, or OPA cannot be started.
    """
    signature = next((m for m in accepted.modules if m.signature and m.signature.name == name), None)
    if signature is None or signature.signature is None:
        return None
    modules = [module for module in accepted.modules if module.signature is None or module is signature]
    bundle = await build(program, modules, accepted.exceptions, capabilities, lists=accepted.lists)
    with tempfile.TemporaryDirectory(prefix="tracewire-") as folder:
        archive, socket = Path(folder, "bundle.tar.gz"), Path(folder, "opa.sock")
        archive.write_bytes(bundle.archive)  # noqa: ASYNC240  (nothing else is waiting)
        async with program.serving(archive, socket):
            opa = Opa(f"unix://{socket}", 2)
            await opa.open()
            try:
                selection, _ = await Selector(opa).select(bundle, _LONGEST_SECONDS)
            finally:
                await opa.close()
    sources = _sources(signature, modules)
    return [_explained(event, selection[name, event], sources) for event in signature.signature.events]


def _sources(signature: Module, modules: Iterable[Module]) -> list[Source]:
    """The signature's own file, and those of the libraries it uses."""
    used = libraries_used(signature.tree)
    libraries = [one for one in modules if one.signature is None and package(one.tree)[:2] in used]
    return [signature.source, *(library.source for library in libraries)]


def _explained(event: str, selected: Selected, sources: list[Source]) -> Explained:
    residual = selected.residual
    if not residual.fires:
        return Explained(event, "never", [], [])
    support = supporting(selected.support)
    texts = dict.fromkeys(rendered(expression, support) for expression in residual.unused)
    undecided = [Undecided(text, place_of(text, sources)) for text in texts]
    if residual.clauses:
        return Explained(event, "some", list(residual.clauses), undecided)
    reason = selected.problem or (
        f"{residual.too_many} clauses would be needed, and at most eight are kept"
        if residual.too_many
        else "a way to a finding has no condition that can be a clause"
    )
    return Explained(event, "all", [], undecided, reason)


def describe(explained: list[Explained]) -> list[str]:
    """The same in lines for people."""
    lines: list[str] = []
    for one in explained:
        match one.collected:
            case "never":
                lines.append(f"{one.event}: cannot fire, and is not collected")
            case "all":
                lines.append(f"{one.event}: every instance is collected, because {one.reason}")
            case _:
                lines.append(f"{one.event}: collected if")
        for number, clause in enumerate(one.clauses):
            for position, (field, condition) in enumerate(clause.items()):
                word = "and" if position else "or" if number else ""
                lines.append(f"  {word:3} {field} {in_words(condition)}")
        if one.undecided:
            lines.append("  decided by OPA only:")
        for undecided in one.undecided:
            place = f"{undecided.place.path}:{undecided.place.row}: " if undecided.place else ""
            lines.append(f"      {place}{undecided.expression}")
    return lines
