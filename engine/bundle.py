"""What OPA loads: signatures, libraries, exceptions and the router, compiled into one."""

import tempfile
from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from engine import router
from engine.checking import Module
from engine.exceptions import TABLED, Exceptions, inlined
from engine.exceptions import tables as tables_of
from engine.fields import FieldsRead
from engine.lists import LISTS, Lists
from engine.opa_program import OpaProgram, Signing
from engine.restriction import Restrictions
from engine.signatures import FINDING, NAMESPACE, Signature
from engine.syntax import package
from engine.tracee import bundling as tracee


class Bundle(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A bundle and what the engine has to know about it.

    Attributes:
        revision: Hash of all that goes into it.
        archive: For OPA.
        signatures: Those it evaluates, by name.
        reads_of: What each of them and the libraries it uses read, by its name.
        common: Hash of what they share: libraries, exceptions and lists.
    """

    revision: str
    archive: bytes
    signatures: dict[str, Signature]
    reads_of: dict[str, FieldsRead]
    common: str = ""

    @cached_property
    def reads(self) -> dict[str, FieldsRead]:
        """What its signatures and the libraries they use read, by event name."""
        return reads_by_event(self.signatures.values(), self.reads_of)

    def judging(self, event: str) -> list[str]:
        """Names of the signatures that judge *event*."""
        return self._by_event.get(event, [])

    @cached_property
    def _by_event(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, signature in self.signatures.items():
            for event in signature.events:
                found.setdefault(event, []).append(name)
        return found

    def version_of(self, signature: str) -> str:
        """A hash of all that what *signature* finds depends on."""
        return self.signatures[signature].source.digest + self.common


def reads_by_signature(modules: list[Module]) -> dict[str, FieldsRead]:
    """What each signature of *modules* reads, the libraries that it uses included."""
    libraries = {package(module.tree)[:2]: module for module in modules if module.signature is None}
    reads: dict[str, FieldsRead] = {}
    for module in modules:
        if module.signature is None:
            continue
        fields = module.reads
        pending, seen = set(module.libraries), set[tuple[str, ...]]()
        while pending:
            name = pending.pop()
            if name in libraries and name not in seen:
                seen.add(name)
                fields |= libraries[name].reads
                pending |= libraries[name].libraries
        reads[module.signature.name] = fields
    return reads


def reads_by_event(signatures: Iterable[Signature], reads_of: dict[str, FieldsRead]) -> dict[str, FieldsRead]:
    """What is read of each event by any of *signatures*, of which *reads_of* says it by their names."""
    reads: dict[str, FieldsRead] = {}
    for signature in signatures:
        for event in signature.events:
            reads[event] = reads.get(event, FieldsRead()) | reads_of[signature.name]
    return reads


def _files(modules: list[Module], exceptions: Exceptions, lists: Lists) -> dict[str, str]:
    """The content of the bundle but for what depends on its revision."""
    files: dict[str, str] = {}
    signatures = []
    libraries = 0
    for module in modules:
        files |= tracee.files_of(module.translated)
        if module.signature is not None:
            signatures.append(module.signature)
        if module.translated is not None:
            continue
        if module.signature is None:
            files[f"lib/{libraries}.rego"] = module.source.text
            libraries += 1
        else:
            files[f"signatures/{module.signature.name}.rego"] = module.source.text
    restrictions = Restrictions(tree for module in modules for tree in module.trees)
    files["tracewire/router.rego"] = router.router(
        (signature, _says_its_events(signature, restrictions)) for signature in signatures
    )
    # Each signature has exceptions, if none: OPA folds them in, and takes what is
    # absent now for absent for ever.
    known: dict[str, list[Any]] = {signature.reference.id: [] for signature in signatures}
    constant = {
        "exceptions": known | inlined(exceptions),
        TABLED: dict.fromkeys(tables_of(exceptions), True),
        LISTS: lists,
    }
    files["data.json"] = msgspec.json.encode(constant, order="sorted").decode()
    return files


def _says_its_events(signature: Signature, restrictions: Restrictions) -> bool:
    events = restrictions.events((NAMESPACE, signature.name, FINDING))
    return events is not None and events <= set(signature.events)


def natural(
    modules: list[Module], exceptions: Exceptions, revision: str, lists: Lists | None = None
) -> dict[str, str]:
    """The files that OPA compiles, by path inside the bundle."""
    files = _files(modules, exceptions, lists or {})
    # Not `state`, which is given with each question, nor the tables of long lists: what is inside of the
    # roots OPA takes for constant, and makes a rule of each item.
    roots = sorted(
        {"exceptions", TABLED, LISTS, "signatures", "tracewire"}
        | {package(tree)[0] for module in modules for tree in module.trees}
    )
    manifest = {"revision": revision, "roots": roots, "rego_version": 1, **tracee.versions(files)}
    return {
        **files,
        "tracewire/entry.rego": router.entry(revision),
        ".manifest": msgspec.json.encode(manifest).decode(),
    }


def revision_of(modules: list[Module], exceptions: Exceptions, lists: Lists | None = None) -> str:
    """A hash of everything that a finding depends on."""
    digest = sha256(router.entry("").encode())
    digest.update(msgspec.json.encode(tables_of(exceptions), order="sorted"))
    for path, text in sorted(_files(modules, exceptions, lists or {}).items()):
        digest.update(f"{path}\0{len(text)}\0{text}".encode())
    return f"sha256:{digest.hexdigest()}"


async def build(
    program: OpaProgram,
    modules: list[Module],
    exceptions: Exceptions,
    capabilities: Path,
    signing: Signing | None = None,
    *,
    lists: Lists | None = None,
) -> Bundle:
    """Compile *modules*.

    Raises:
        OpaProgramError: They do not compile together.
    """
    revision = revision_of(modules, exceptions, lists)
    with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
        directory = Path(name, "bundle")
        for path, text in natural(modules, exceptions, revision, lists).items():
            target = directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        tables = tables_of(exceptions)
        archive = await program.build(
            directory,
            entrypoints=router.ENTRYPOINTS,
            revision=revision,
            capabilities=capabilities,
            signing=None if tables else signing,
        )
        if tables:
            archive = await program.with_data(archive, "excepted", tables, revision=revision, signing=signing)
    return Bundle(
        revision=revision,
        archive=archive,
        signatures={module.signature.name: module.signature for module in modules if module.signature},
        reads_of=reads_by_signature(modules),
        common=_hash_of_common(modules, exceptions, lists or {}),
    )


def _hash_of_common(modules: list[Module], exceptions: Exceptions, lists: Lists) -> str:
    digest = sha256(msgspec.json.encode([exceptions, lists], order="deterministic"))
    for library in sorted(module.source.digest for module in modules if module.signature is None):
        digest.update(library.encode())
    return digest.hexdigest()
