"""From Tracee's files to what a bundle is made of."""

import asyncio
import tempfile
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import OpaProgramError
from engine.fields import FieldsRead, fields_read
from engine.opa_program import Complaint, OpaProgram
from engine.restriction import Restrictions
from engine.signatures import Problem, Signature
from engine.source import Source
from engine.syntax import Tree, line_of
from engine.tracee import dialect, helpers, rewriting
from engine.tracee.absent import absent
from engine.tracee.adapter import adapter
from engine.tracee.metadata import MetadataError, read_metadata
from engine.tracee.reads import reads_of
from engine.tracee.results import OBJECT, TRUE, results_of
from engine.tracee.selectors import ANY, Selector, SelectorError, read_selectors
from tracewire.catalogue import BY_NAME, EVENTS
from tracewire.catalogue.registry import UnknownEventError

_MANIFEST = ".manifest"
_AT_ONCE = 2
# What a signature gets that asks for any event, and whose rules do not say which.
_DEFAULT = tuple(event.name for event in EVENTS if "default" in event.tags)


class Translated(msgspec.Struct, frozen=True):
    """A file of Tracee's, ready for a bundle.

    Attributes:
        source: As its author wrote it.
        text: In a package of its own, row by row the same.
        version: Of Rego that it is written in: 0 or 1.
        tree: Its syntax tree.
        reads: What it reads of our document.
        signature: What it is; None for shared rules.
        adapter: Our signature around it, and its syntax tree; None for shared rules.
    """

    source: Source
    text: str
    version: int
    tree: Tree
    reads: FieldsRead
    signature: Signature | None = None
    adapter: tuple[str, Tree] | None = None


Read = Translated | list[Problem]


class _File(msgspec.Struct):
    """A file on its way."""

    source: Source
    text: str
    built_in: bool = False
    version: int = 0
    tree: Tree = {}
    complaints: list[Complaint] = []


class Reader:
    """Reads the files of Tracee's dialect, all together: they share helpers and nothing else."""

    def __init__(self, program: OpaProgram, capabilities: Path) -> None:
        self._program = program
        self._capabilities = capabilities
        self._known: tuple[object, dict[str, Read], tuple[Translated, ...]] = (None, {}, ())
        self._trees: dict[tuple[str, int], Tree] = {}

    async def read(self, sources: list[Source]) -> tuple[dict[str, Read], tuple[Translated, ...]]:
        """What becomes of each of *sources* by its path, and the shared rules that come with Tracewire.

        Raises:
            OpaProgramError: OPA cannot be started.
            ResourceError: Our own part of it is not installed.
        """
        if not sources:
            return {}, ()
        asked = frozenset((source.path, source.digest) for source in sources)
        if self._known[0] != asked:
            self._known = (asked, *await self._learn(sources))
        return self._known[1], self._known[2]

    async def _learn(self, sources: list[Source]) -> tuple[dict[str, Read], tuple[Translated, ...]]:
        written = dialect.split(sources)
        found: dict[str, Read] = {}
        files: list[_File] = []
        for source in [*written.helpers, *written.signatures]:
            if dialect.package_of(source.text) is None:
                found[source.path] = [Problem(source.path, 1, "no package, such as `package tracee.TRC_2`")]
            elif _is_undecodable(source.text):
                found[source.path] = [Problem(source.path, 1, "not UTF-8")]
            elif dialect.is_helpers(source.path):
                files.append(_File(source, rewriting.shared(source.text)))
            else:
                files.append(_File(source, rewriting.signature(source.text, _key(source))))
        files = await self._parsed(_without_copies(files), found)
        files += await self._built_in(files)
        files = await self._compiled(files, found)
        shared = [file for file in files if _is_shared(file)]
        for file in shared:
            if not file.built_in:
                reads = fields_read(file.tree)
                found[file.source.path] = Translated(file.source, file.text, file.version, file.tree, reads)
        signatures = [file for file in files if not _is_shared(file)]
        documents = await self._documents(files)
        for file in signatures:
            found[file.source.path] = self._signature(file, shared, documents.get(_key(file.source), {}))
        await self._adapt(found)
        ours = tuple(
            Translated(file.source, file.text, file.version, file.tree, FieldsRead())
            for file in shared
            if file.built_in
        )
        return found, ours

    async def _parsed(self, files: list[_File], found: dict[str, Read]) -> list[_File]:
        """Those of *files* that are Rego, of its old version or of the present one, with their trees."""
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(file: _File) -> None:
            async with turn:
                await self._parse(file)

        await asyncio.gather(*(one(file) for file in files))
        for file in files:
            if file.complaints:
                found[file.source.path] = [_problem(file, complaint) for complaint in file.complaints]
        kept = [file for file in files if not file.complaints]
        self._trees = {(file.text, file.version): file.tree for file in kept}
        return kept

    async def _parse(self, file: _File) -> None:
        refused: list[Complaint] = []
        for version in (0, 1):
            known = self._trees.get((file.text, version))
            if known is None:
                known, complaints = await self._program.parse_file(file.text, version)
                refused = refused or complaints
            if known is not None:
                file.version, file.tree = version, known
                return
        file.complaints = refused

    async def _built_in(self, files: list[_File]) -> list[_File]:
        """Our own shared rules but for those that *files* bring along."""
        brought: set[str] = set()
        for file in files:
            if _is_shared(file) and dialect.package_of(file.source.text) == dialect.HELPERS_PACKAGE:
                brought |= helpers.names_of(file.tree)
        ours = []
        for name, source in helpers.built_in().items():
            if name not in brought:
                file = _File(source, helpers.rewritten(name, source), built_in=True, version=1)
                await self._parse_ours(file)
                ours.append(file)
        return ours

    async def _parse_ours(self, file: _File) -> None:
        file.tree = (await self._program.parse({"ours": file.text}))["ours"]

    async def _compiled(self, files: list[_File], found: dict[str, Read]) -> list[_File]:
        """Those of *files* that compile together; the others are put into *found* with their problems."""
        remaining = files
        while remaining:
            with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
                names = _write(Path(name), remaining)
                complaints = await self._program.check(
                    Path(name), capabilities=self._capabilities, schemas=None, bundle=True
                )
            if not complaints:
                break
            refused: dict[str, list[Problem]] = {}
            for complaint in complaints:
                file = names.get(Path(complaint.path).name)
                if file is None or file.built_in:
                    raise OpaProgramError("check", complaint.reason)
                refused.setdefault(file.source.path, []).append(_problem(file, complaint))
            found.update(refused)
            remaining = [file for file in remaining if file.built_in or file.source.path not in refused]
        return remaining

    async def _documents(self, files: list[_File]) -> dict[str, dict[str, Any]]:
        """By key, what each signature says about itself."""
        keys = [_key(file.source) for file in files if not _is_shared(file)]
        with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
            _write(Path(name), files)
            try:
                return await self._evaluated(Path(name), keys)
            except OpaProgramError:
                if len(keys) == 1:
                    raise
            documents: dict[str, dict[str, Any]] = {}
            for key in keys:
                # One that fails must not keep the others from being read.
                try:
                    documents |= await self._evaluated(Path(name), [key])
                except OpaProgramError as error:
                    documents[key] = {"error": error.problem}
            return documents

    async def _evaluated(self, directory: Path, keys: list[str]) -> dict[str, dict[str, Any]]:
        fields = ", ".join(
            f'"{name}": [one | one := data.{rewriting.SIGNATURES}[key].{name}]'
            for name in (dialect.METADATA, dialect.SELECTED)
        )
        query = f"{{key: {{{fields}}} | some key in {msgspec.json.encode(keys).decode()}}}"
        code, output, errors = await self._program.run(
            "eval", "--format", "json", "--bundle", str(directory), query
        )
        if code != 0:
            raise OpaProgramError("eval", (errors or output).decode(errors="backslashreplace").strip())
        answer: dict[str, dict[str, Any]] = msgspec.json.decode(output)["result"][0]["expressions"][0][
            "value"
        ]
        return answer

    def _signature(  # noqa: C901, PLR0911  (one way out for each thing that can be wrong)
        self, file: _File, shared: list[_File], said: dict[str, Any]
    ) -> Read:
        source = file.source

        def refuse(fragment: str, reason: str) -> list[Problem]:
            return [Problem(source.path, line_of(source.text, fragment), reason)]

        if said.get("error"):
            return refuse(dialect.METADATA, f"what it says about itself cannot be evaluated: {said['error']}")
        if dialect.MATCH not in helpers.names_of(file.tree):
            return refuse("package", f"no rule {dialect.MATCH}: it could never find anything")
        metadata, selected = said.get(dialect.METADATA), said.get(dialect.SELECTED)
        if not metadata:
            return refuse("package", f"no {dialect.METADATA} with id, version, name and properties")
        if not selected:
            return refuse("package", f"no {dialect.SELECTED}: it could never find anything")
        try:
            described = read_metadata(metadata[0])
        except MetadataError as error:
            return refuse(dialect.METADATA, error.problem)
        try:
            selectors = read_selectors(selected[0])
        except SelectorError as error:
            return refuse(dialect.SELECTED, error.problem)
        key = _key(source)
        restricted = _restricted(key, [file, *shared])
        selectors, missing = _of_ours(selectors, restricted)
        events = tuple(sorted({selector.name for selector in selectors}))
        if not events:
            if not missing:
                return refuse(dialect.SELECTED, "no rule is about an event that it selects")
            known = "; ".join(str(UnknownEventError(name)) for name in missing)
            return refuse(missing[0], f"none of its events exists here: {known}")
        shared_trees = [one.tree for one in shared if not one.built_in]
        reads = reads_of(file.tree, shared_trees)
        reference = described.reference
        results = results_of(file.tree)
        if not results & {OBJECT, TRUE}:
            return refuse(
                dialect.MATCH, f"{dialect.MATCH} is never true nor an object: it could never find anything"
            )
        text = adapter(reference.name, reference.id, key, selectors, restricted=restricted, results=results)
        signature = Signature(
            reference=reference,
            description=described.description,
            events=events,
            reads=reads,
            source=source,
            missing=missing,
            notes=tuple(absent(source, file.tree, events, missing)),
            for_tracee=True,
        )
        return Translated(source, file.text, file.version, file.tree, reads, signature, (text, {}))

    async def _adapt(self, found: dict[str, Read]) -> None:
        """Give each signature the syntax tree of its adapter, and what that reads."""
        texts = {
            path: one.adapter[0]
            for path, one in found.items()
            if isinstance(one, Translated) and one.adapter is not None
        }
        if not texts:
            return
        trees = await self._program.parse(texts)
        for path, text in texts.items():
            one = found[path]
            assert isinstance(one, Translated)  # noqa: S101  (it has just been put there)
            assert one.signature is not None  # noqa: S101
            reads = one.reads | fields_read(trees[path])
            signature = msgspec.structs.replace(one.signature, reads=reads)
            found[path] = msgspec.structs.replace(
                one, reads=reads, signature=signature, adapter=(text, trees[path])
            )


def _is_shared(file: _File) -> bool:
    return file.built_in or dialect.is_helpers(file.source.path)


def _is_undecodable(text: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in text)


def _key(source: Source) -> str:
    """A package's name that no other file has, and that no path can make unsafe."""
    return "file_" + blake2b(source.path.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def _without_copies(files: list[_File]) -> list[_File]:
    """*files* without shared ones that another one equals: two directories may bring the same."""
    seen: set[str] = set()
    kept = []
    for file in files:
        if _is_shared(file):
            if file.source.digest in seen:
                continue
            seen.add(file.source.digest)
        kept.append(file)
    return kept


def _problem(file: _File, complaint: Complaint) -> Problem:
    reason = complaint.reason
    for ours, theirs in (
        (f"{rewriting.SIGNATURES}.{_key(file.source)}", dialect.package_of(file.source.text) or ""),
        (f"{rewriting.SHARED}.", ""),
        ("input.tracee", "input"),
    ):
        reason = reason.replace(ours, theirs)
    return Problem(file.source.path, complaint.row, reason)


def _write(directory: Path, files: list[_File]) -> dict[str, _File]:
    """Write *files* as a bundle; which is which."""
    names = {}
    versions = {}
    for number, file in enumerate(files):
        name = f"{number}.rego"
        (directory / name).write_text(file.text, encoding="utf-8")
        names[name] = file
        versions[f"/{name}"] = file.version
    manifest = {"roots": [rewriting.ROOT], "rego_version": 1, "file_rego_versions": versions}
    (directory / _MANIFEST).write_bytes(msgspec.json.encode(manifest))
    return names


def _restricted(key: str, files: list[_File]) -> frozenset[str] | None:
    """The events that a signature's own rules restrict themselves to; None where they do not."""
    restrictions = Restrictions(file.tree for file in files)
    return restrictions.events((*rewriting.SIGNATURES.split("."), key, dialect.MATCH))


def _of_ours(
    selectors: list[Selector], restricted: frozenset[str] | None
) -> tuple[list[Selector], tuple[str, ...]]:
    """What is selected of the events that we have, and the names of those that we do not have."""
    found: set[Selector] = set()
    missing: set[str] = set()
    for selector in selectors:
        if selector.name == ANY:
            names = _DEFAULT if restricted is None else tuple(restricted)
        else:
            names = (selector.name,)
        for name in names:
            if name not in BY_NAME:
                missing.add(name)
            elif restricted is None or name in restricted:
                found.add(Selector(name, selector.origin))
    return sorted(found), tuple(sorted(missing))
