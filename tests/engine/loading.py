"""Signatures through the engine's own machinery, without a server."""

from pathlib import Path

from engine import places
from engine.bundle import Bundle, build
from engine.checking import Checker
from engine.document import Document, document
from engine.library import Accepted, Library
from engine.opa_program import OpaProgram
from engine.source import Source, read, scan, source
from tracewire.batch import BatchHeader
from tracewire.catalogue import BY_ID
from tracewire.event import Event


async def library(program: OpaProgram, directory: Path) -> Library:
    """A library that checks with the shipped schemas; *directory* is for its files."""
    capabilities = await program.write_capabilities(directory)
    return Library(Checker(program, places.schemas(), capabilities))


def shipped_library() -> dict[str, Source]:
    """The library files that every signature may import."""
    return {path: found for path in scan([str(places.LIBRARY)]) if (found := read(path))}


def shipped() -> dict[str, Source]:
    """All signatures and libraries of the repository."""
    return {
        path: found for path in scan([str(places.SIGNATURES), str(places.LIBRARY)]) if (found := read(path))
    }


def files(**texts: str) -> dict[str, Source]:
    """Signature files by their names without ending, and the shipped library."""
    given = {f"dir/{name}.rego": source(f"dir/{name}.rego", text) for name, text in texts.items()}
    return given | shipped_library()


async def accepted(program: OpaProgram, directory: Path, sources: dict[str, Source]) -> Accepted:
    """What the engine makes of *sources* when it sees them for the first time."""
    return await (await library(program, directory)).take(sources)


async def bundle(program: OpaProgram, directory: Path, sources: dict[str, Source]) -> Bundle:
    """The bundle of *sources*, which must all be right."""
    found = await accepted(program, directory, sources)
    assert found.refused == {}
    return await build(
        program, list(found.modules), found.exceptions, directory / "capabilities.json", lists=found.lists
    )


def whole(event: Event, header: BatchHeader) -> Document:
    """All of *event* as OPA may see it."""
    return document(event, header, BY_ID[event.event_id])
