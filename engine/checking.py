"""Whether signatures and libraries can be used, and if not, where and why."""

import asyncio
import re
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import OpaProgramError
from engine.fields import FieldsRead, fields_read
from engine.lint import lint
from engine.opa_program import OpaProgram
from engine.schemas import Annotated, annotate, union_schema
from engine.signatures import Problem, Signature, is_signature, read_signature
from engine.source import Source
from engine.syntax import Tree, libraries_used, package
from engine.tracee import dialect
from engine.tracee.reader import Reader, Translated

_WORD = re.compile(r"\w+")


class Module(msgspec.Struct, frozen=True, dict=True):
    """A file that has been read and has nothing against it by itself.

    Attributes:
        source: The file.
        tree: Its syntax tree; of a signature of Tracee's, that of ours around it.
        signature: What it is; None for a library.
        annotated: A signature's text with schemas in it.
        translated: What is made of a file that is written for Tracee; None for all others.
    """

    source: Source
    tree: Tree
    signature: Signature | None
    annotated: Annotated | None
    translated: Translated | None = None

    @cached_property
    def reads(self) -> FieldsRead:
        """What it reads of the input."""
        return self.signature.reads if self.signature else fields_read(self.tree)

    @cached_property
    def libraries(self) -> frozenset[tuple[str, ...]]:
        """The packages below `data.lib` that it names."""
        return frozenset(libraries_used(self.tree))

    @property
    def trees(self) -> list[Tree]:
        """All of its syntax trees."""
        return [self.tree, *([self.translated.tree] if self.translated else [])]


class Checker:
    """Reads files and has OPA check them together.

    Attributes:
        capabilities: What signatures may use, as a file for OPA.
    """

    def __init__(self, program: OpaProgram, schemas: Path, capabilities: Path) -> None:
        self._program = program
        self._schemas = schemas
        self.capabilities = capabilities
        self._known: dict[tuple[str, str], Module | list[Problem]] = {}
        self._for_tracee = Reader(program, capabilities)

    async def read(self, sources: list[Source]) -> list[Module | list[Problem]]:
        """Each of *sources* by itself: a module, or its problems; and modules that these need.

        Raises:
            OpaProgramError: OPA cannot be started.
        """
        foreign = [source for source in sources if dialect.is_for_tracee(source)]
        if not foreign:
            return await self._read(sources)
        translated, needed = await self._for_tracee.read(foreign)
        own = await self._read([source for source in sources if source.path not in translated])
        found = [one if isinstance(one, list) else _translated(one) for one in translated.values()]
        return [*own, *found, *map(_translated, needed)]

    async def _read(self, sources: list[Source]) -> list[Module | list[Problem]]:
        unknown = [source for source in sources if (source.path, source.digest) not in self._known]
        if unknown:
            await self._learn(unknown)
        found = [self._known[source.path, source.digest] for source in sources]
        # What is not asked for any more would only take memory.
        self._known = {
            (source.path, source.digest): module for source, module in zip(sources, found, strict=True)
        }
        return found

    async def _learn(self, sources: list[Source]) -> None:
        # Side by side: each takes OPA a while, and nearly always there is nothing to refuse.
        (parsed, refused), trees = await asyncio.gather(
            self._parse(sources),
            self._program.parse({source.path: source.text for source in sources if _is_utf8(source)}),
        )
        annotations = await self._annotations(parsed, trees)
        for source, problems in refused:
            self._known[source.path, source.digest] = problems
        for source in parsed:
            tree = trees[source.path]
            self._known[source.path, source.digest] = _module(source, tree, annotations.get(source.path))

    async def _parse(self, sources: list[Source]) -> tuple[list[Source], list[tuple[Source, list[Problem]]]]:
        """Those of *sources* that parse, and those that do not with OPA's reasons."""
        refused: list[tuple[Source, list[Problem]]] = []
        remaining = []
        for source in sources:
            if _is_utf8(source):
                remaining.append(source)
            else:
                refused.append((source, [Problem(source.path, _undecodable_row(source.text), "not UTF-8")]))
        while remaining:
            with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
                paths = _write(Path(name), remaining)
                complaints = await self._program.check(
                    Path(name), capabilities=self.capabilities, schemas=None
                )
            # The first pass is about syntax; everything else is checked with schemas, all files together.
            syntax = [complaint for complaint in complaints if complaint.code == "rego_parse_error"]
            if not syntax:
                break
            by_source: dict[str, list[Problem]] = {}
            for complaint in syntax:
                source = paths[complaint.path]
                by_source.setdefault(source.path, []).append(
                    Problem(source.path, complaint.row, complaint.reason)
                )
            refused += [(source, by_source[source.path]) for source in remaining if source.path in by_source]
            remaining = [source for source in remaining if source.path not in by_source]
        return remaining, refused

    async def _annotations(self, sources: list[Source], trees: dict[str, Tree]) -> dict[str, dict[str, Any]]:
        """The METADATA of each file's package."""
        found: dict[str, dict[str, Any]] = {}
        remaining = sources
        while remaining:
            # OPA refuses to read two METADATA blocks of one package at once.
            now = {package(trees[source.path]): source for source in reversed(remaining)}
            with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
                paths = _write(Path(name), list(now.values()))
                for annotation in await self._program.annotations(Path(name)):
                    if annotation["annotations"].get("scope") == "package":
                        path = paths[annotation["location"]["file"]].path
                        found[path] = annotation["annotations"]
            taken = {source.path for source in now.values()}
            remaining = [source for source in remaining if source.path not in taken]
        return found

    async def together(self, modules: list[Module]) -> list[Problem]:
        """What OPA has against *modules* as a whole, with the events' schemas.

        Raises:
            OpaProgramError: OPA cannot be started, or failed without naming a file.
        """
        # Those of Tracee have been checked with each other, and have no schema.
        modules = [module for module in modules if module.translated is None]
        if not modules:
            return []
        with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
            files, schemas = Path(name, "files"), Path(name, "schemas")
            self._provide_schemas(schemas, modules)
            _provide_files(files, modules)
            complaints = await self._program.check(files, capabilities=self.capabilities, schemas=schemas)
        problems = []
        for complaint in complaints:
            stem = Path(complaint.path).stem
            if not stem.isdigit() or int(stem) >= len(modules):
                raise OpaProgramError("check", complaint.reason)
            module = modules[int(stem)]
            row = module.annotated.original_row(complaint.row) if module.annotated else complaint.row
            problems.append(Problem(module.source.path, row, complaint.reason))
        return problems

    def _provide_schemas(self, target: Path, modules: list[Module]) -> None:
        """The events' schemas and those of the unions that *modules* need."""
        target.mkdir()
        # OPA reads all there are: only those that somebody names, and without a schema each name is an error.
        named = {word for module in modules for word in _WORD.findall(_checked_text(module))}
        for path in self._schemas.glob("*.json"):
            if path.stem in named:
                (target / path.name).symlink_to(path.resolve())
        for module in modules:
            for name, events in (module.annotated.unions if module.annotated else {}).items():
                union = [
                    msgspec.json.decode((self._schemas / f"{event}.json").read_bytes()) for event in events
                ]
                (target / f"{name}.json").write_bytes(union_schema(union))


def _provide_files(target: Path, modules: list[Module]) -> None:
    """Write *modules* as OPA is to check them, named by their position."""
    target.mkdir()
    for number, module in enumerate(modules):
        (target / f"{number}.rego").write_text(_checked_text(module), encoding="utf-8")


def _checked_text(module: Module) -> str:
    return module.annotated.text if module.annotated else module.source.text


def _translated(one: Translated) -> Module:
    tree = one.adapter[1] if one.adapter else one.tree
    return Module(one.source, tree, one.signature, None, one)


def _module(source: Source, tree: Tree, annotation: dict[str, Any] | None) -> Module | list[Problem]:
    if not is_signature(tree):
        problems = lint(source, tree)
        return problems or Module(source, tree, None, None)
    signature = read_signature(source, tree, annotation)
    if isinstance(signature, Problem):
        return [signature, *lint(source, tree)]
    problems = lint(source, tree, signature.events)
    return problems or Module(source, tree, signature, annotate(signature, tree, annotation or {}))


def _write(directory: Path, sources: list[Source]) -> dict[str, Source]:
    """Write *sources* under names that no path can make unsafe; which is which."""
    names = {}
    for number, source in enumerate(sources):
        name = f"{number}.rego"
        (directory / name).write_text(source.text, encoding="utf-8")
        names[name] = source
    return names


def _is_utf8(source: Source) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in source.text)


def _undecodable_row(text: str) -> int:
    for row, line in enumerate(text.splitlines(), 1):
        if any("\udc80" <= character <= "\udcff" for character in line):
            return row
    return 1
