"""The tests that lie beside Tracee's signatures, run as their authors wrote them.

Each file of tests is run with its signature and the shared rules alone: as in Tracee, two files may
have the same package, and a test may be in the package of what it tests.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from engine.errors import OpaProgramError
from engine.opa_program import Complaint, OpaProgram
from engine.source import Source
from engine.tracee import dialect, helpers

_AT_ONCE = 2
_PASSED, _FAILED = 0, 2


class _File(NamedTuple):
    """A file and the version of Rego that it is written in."""

    source: Source
    version: int


def tests_of(sources: list[Source], tests: list[Source]) -> list[Source]:
    """Those of *tests* that lie beside something that is written for Tracee.

    Where there is such a thing, a test that lies beside nothing and is in no package of ours counts too.
    """
    theirs = {_stem(source) for source in sources if dialect.is_for_tracee(source)}
    ours = {_stem(source) for source in sources} - theirs
    return [
        test
        for test in tests
        if _tested(test) in theirs or (theirs and _tested(test) not in ours and not dialect.is_native(test))
    ]


async def run(program: OpaProgram, sources: list[Source], tests: list[Source]) -> list[dict[str, Any]]:
    """Run *tests*, each with what of *sources* belongs to it, and give each result as `opa test` does.

    How much of a signature they reach is not told: most of it says what it is, which nothing evaluates.

    Args:
        program: The opa binary.
        sources: Signatures and shared rules of Tracee's, and perhaps other files.
        tests: As `tests_of` chooses them.

    Raises:
        OpaProgramError: OPA cannot be started, or a file does not compile.
    """
    written = dialect.split(sources)
    shared = [await _read(program, source) for source in written.helpers]
    brought: set[str] = set()
    for one, tree in shared:
        if dialect.package_of(one.source.text) == dialect.HELPERS_PACKAGE:
            brought |= helpers.names_of(tree)
    common = [one for one, _ in shared]
    common += [_File(source, 1) for name, source in helpers.built_in().items() if name not in brought]
    turn = asyncio.Semaphore(_AT_ONCE)

    async def run_one(test: Source) -> list[dict[str, Any]]:
        async with turn:
            files = [*common, (await _read(program, test))[0]]
            files += [(await _read(program, tested))[0] for tested in _beside(test, written.signatures)]
            return await _run(program, files)

    ran = await asyncio.gather(*(run_one(test) for test in tests))
    return [result for results in ran for result in results]


def _stem(source: Source) -> str:
    return source.path.removesuffix(".rego")


def _tested(test: Source) -> str:
    """The path, without its ending, of what *test* lies beside."""
    return _stem(test).removesuffix("_test")


def _beside(test: Source, signatures: list[Source]) -> list[Source]:
    """What *test* lies beside, or else what is in its package."""
    package = dialect.package_of(test.text)
    beside = [one for one in signatures if _stem(one) == _tested(test)]
    return beside or [one for one in signatures if dialect.package_of(one.text) == package]


async def _read(program: OpaProgram, source: Source) -> tuple[_File, dict[str, Any]]:
    refused: list[Complaint] = []
    for version in (0, 1):
        tree, complaints = await program.parse_file(source.text, version)
        if tree is not None:
            return _File(source, version), tree
        refused = refused or complaints
    raise OpaProgramError("test", f"{source.path}:{refused[0].row}: {refused[0].reason}")


async def _run(program: OpaProgram, files: list[_File]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
        directory = Path(name)
        places = {}
        for number, file in enumerate(files):
            place = f"{number}.rego"
            (directory / place).write_text(file.source.text, encoding="utf-8")
            places[place] = file
        versions = {f"/{place}": file.version for place, file in places.items()}
        manifest = {"rego_version": 1, "file_rego_versions": versions}
        (directory / ".manifest").write_bytes(msgspec.json.encode(manifest))
        paths = {place: file.source.path for place, file in places.items()}
        code, output, errors = await program.run("test", "--bundle", "--format", "json", ".", cwd=directory)
        if code not in {_PASSED, _FAILED}:
            said = (errors or output).decode(errors="backslashreplace").strip()
            for place, path in paths.items():
                said = said.replace(place + ":", path + ":")
            raise OpaProgramError("test", said)
        results = msgspec.json.decode(output, type=list[dict[str, Any]]) if output.strip() else []
        for result in results:
            location = result.get("location") or {}
            location["file"] = paths.get(str(location.get("file")), "?")
        return results
