"""A signature: its Rego, and what its METADATA says about it."""

import re
from typing import Any

import msgspec

from engine.fact import REMEMBER
from engine.fields import FieldsRead, fields_read
from engine.source import Source
from engine.syntax import Tree, line_of, package, rule_name
from tracewire.catalogue import BY_NAME
from tracewire.catalogue.registry import UnknownEventError
from tracewire.finding import SignatureReference
from tracewire.subjects import SEVERITIES

NAMESPACE = "signatures"
FINDING = "finding"

_NAME = re.compile(r"[a-z0-9_]+")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_TECHNIQUE = re.compile(r"TA?\d{4}(\.\d{3})?")


class Problem(msgspec.Struct, frozen=True):
    """Why a file is refused.

    Attributes:
        path: The file.
        row: Line, from 1.
        reason: What is wrong and what to write instead.
    """

    path: str
    row: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.row}: {self.reason}"


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """One signature that may be evaluated.

    Attributes:
        reference: What its findings say about it.
        description: For people.
        events: Names of the events it judges.
        reads: What it reads of them.
        source: Where it comes from.
        missing: Names of events that it asks for and that do not exist here.
        notes: What its author should know of what does not exist here.
        for_tracee: It is written for Tracee, and sees an event as Tracee shows it.
        remembers: It has a rule `remember`.
    """

    reference: SignatureReference
    description: str
    events: tuple[str, ...]
    reads: FieldsRead
    source: Source
    missing: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()
    for_tracee: bool = False
    remembers: bool = False

    @property
    def name(self) -> str:
        """Such as anti_debugging: the last part of its package and of its subject."""
        return self.reference.name


class _Metadata(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `custom` part of a METADATA block."""

    id: str
    severity: str
    events: list[str]
    attack: list[str] = []
    version: str = "1.0.0"
    tags: list[str] = []


class _RefusalError(Exception):
    """Ends reading a signature; carries where and why."""

    def __init__(self, fragment: str, reason: str) -> None:
        self.fragment = fragment
        self.reason = reason
        super().__init__(reason)


def is_signature(tree: Tree) -> bool:
    """Whether a file is a signature, and not a library."""
    return package(tree)[:1] == (NAMESPACE,)


def read_signature(source: Source, tree: Tree, annotation: dict[str, Any] | None) -> Signature | Problem:
    """The signature in *source*, or why it is none.

    Args:
        source: The file.
        tree: Its syntax tree.
        annotation: The METADATA block of its package, None if it has none.
    """
    try:
        return _read(source, tree, annotation)
    except _RefusalError as refusal:
        return Problem(source.path, line_of(source.text, refusal.fragment), refusal.reason)


def _read(source: Source, tree: Tree, annotation: dict[str, Any] | None) -> Signature:
    path = package(tree)
    if len(path) != 2 or not _NAME.fullmatch(path[1]):
        shown = ".".join(path)
        raise _RefusalError(
            "package", f"package {shown} should be signatures.<name>, <name> in lower case, digits and _"
        )
    if annotation is None:
        raise _RefusalError(
            "package", "no METADATA block above the package: title and custom.id, severity, events are needed"
        )
    title = annotation.get("title")
    if not title:
        raise _RefusalError("METADATA", "METADATA has no title")
    metadata = _custom(annotation.get("custom") or {})
    rules = [rule for rule in tree.get("rules") or [] if rule_name(rule) == FINDING]
    _check_rules(rules)
    return Signature(
        reference=SignatureReference(
            id=metadata.id,
            name=path[1],
            title=str(title),
            version=metadata.version,
            severity=metadata.severity,
            attack=metadata.attack,
            tags=metadata.tags,
        ),
        description=str(annotation.get("description", "")).strip(),
        events=tuple(dict.fromkeys(metadata.events)),
        reads=fields_read(tree),
        source=source,
        remembers=any(rule_name(rule) == REMEMBER for rule in tree.get("rules") or []),
    )


def _custom(custom: dict[str, Any]) -> _Metadata:
    try:
        metadata = msgspec.convert(custom, _Metadata)
    except msgspec.ValidationError as error:
        # msgspec quotes the field with backquotes: "Object missing required field `id`".
        named = re.search(r"`\$?\.?(\w+)", str(error))
        raise _RefusalError(
            named[1] if named and named[1] in custom else "custom:", f"METADATA custom: {error}"
        ) from None
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", metadata.id):
        raise _RefusalError(
            metadata.id, f"id {metadata.id!r} should be letters, digits, '-', '.' and '_', such as TW-0102"
        )
    if metadata.severity not in SEVERITIES:
        raise _RefusalError(
            "severity:", f"severity {metadata.severity!r} should be one of {', '.join(SEVERITIES)}"
        )
    if not _VERSION.fullmatch(metadata.version):
        raise _RefusalError(
            "version:", f"version {metadata.version!r} should be three numbers, such as 1.0.0"
        )
    for technique in metadata.attack:
        if not _TECHNIQUE.fullmatch(technique):
            raise _RefusalError(technique, f"attack {technique!r} should be an ATT&CK id, such as T1055.008")
    if not metadata.events:
        raise _RefusalError("events:", "custom.events is empty: it could never find anything")
    for name in metadata.events:
        if name not in BY_NAME:
            raise _RefusalError(name, f"custom.events: {UnknownEventError(name)}")
    return metadata


def _check_rules(rules: list[Tree]) -> None:
    if not rules:
        raise _RefusalError(
            "package", "no rule `finding contains {...} if {...}`: it could never find anything"
        )
    for rule in rules:
        head = rule["head"]
        if "key" not in head or rule.get("default"):
            raise _RefusalError(
                FINDING, "finding should be a set of objects: `finding contains {...} if {...}`"
            )
        kind = head["key"].get("type")
        if kind not in {"object", "var", "ref", "call", "objectcomprehension"}:
            raise _RefusalError(
                f"{FINDING} contains", f"finding contains a {kind}: it should contain an object"
            )
