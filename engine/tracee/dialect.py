"""Which files are written for Tracee, and what its contract calls things.

A signature is a module of any package with `__rego_metadoc__`, `tracee_selected_events` and
`tracee_match`. A file whose name ends in helpers.rego is shared by all of them.
"""

import re
from collections.abc import Iterable

import msgspec

from engine.source import Source

METADATA = "__rego_metadoc__"
SELECTED = "tracee_selected_events"
MATCH = "tracee_match"
HELPERS_PACKAGE = "tracee.helpers"

_HELPERS_FILE = "helpers.rego"
_PACKAGE = re.compile(r'^[ \t]*package[ \t]+(?P<path>\w+(?:\.\w+|\["[^"\n]*"\])*)', re.MULTILINE)
_NATIVE_PACKAGE = re.compile(r"(?:lib|signatures)(?!\w)")
_RULE = re.compile(rf"^[ \t]*(?:default[ \t]+)?(?:{METADATA}|{SELECTED}|{MATCH})\b", re.MULTILINE)


class Written(msgspec.Struct, frozen=True):
    """The files of each kind.

    Attributes:
        native: Everything that is not written for Tracee.
        signatures: For Tracee.
        helpers: Shared by those.
    """

    native: list[Source]
    signatures: list[Source]
    helpers: list[Source]


def package_of(text: str) -> str | None:
    """The first package that *text* names, as it stands there."""
    found = _PACKAGE.search(text)
    return found["path"] if found else None


def is_helpers(path: str) -> bool:
    """Whether a file is called like one with shared rules."""
    return path.endswith(_HELPERS_FILE)


def is_native(source: Source) -> bool:
    """Whether *source* is in one of our own packages."""
    package = package_of(source.text)
    return package is not None and bool(_NATIVE_PACKAGE.match(package))


def is_for_tracee(source: Source) -> bool:
    """Whether *source* is written for Tracee: a signature, or shared rules."""
    if is_native(source):
        return False
    return is_helpers(source.path) or bool(_RULE.search(source.text))


def split(sources: Iterable[Source]) -> Written:
    """Tell *sources* apart."""
    written = Written([], [], [])
    for source in sources:
        if not is_for_tracee(source):
            written.native.append(source)
        elif is_helpers(source.path):
            written.helpers.append(source)
        else:
            written.signatures.append(source)
    return written
