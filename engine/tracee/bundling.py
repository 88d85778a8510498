"""Tracee's files in a bundle."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from engine.tracee.reader import Translated

_FOLDER = "tracee/v"
_OLD = f"{_FOLDER}0/"


def files_of(translated: Translated | None) -> dict[str, str]:
    """The files that *translated* is in a bundle, by path; none where it is None."""
    if translated is None:
        return {}
    key = blake2b(translated.text.encode(), digest_size=8).hexdigest()
    files = {f"{_FOLDER}{translated.version}/{key}.rego": translated.text}
    if translated.signature is not None and translated.adapter is not None:
        files[f"signatures/{translated.signature.name}.rego"] = translated.adapter[0]
    return files


def versions(files: Iterable[str]) -> dict[str, Any]:
    """What a bundle's manifest has to say about *files*: which are in Rego's old version."""
    old = {f"/{path}": 0 for path in sorted(files) if path.startswith(_OLD)}
    return {"file_rego_versions": old} if old else {}
