"""One page per signature from its METADATA, and their index."""

import json
from collections.abc import Iterable, Sequence

from tracewire.generate.markdown import code, page, table
from tracewire.generate.metadata import Metadata

INDEX = "README.md"

_SEVERITIES = ("critical", "high", "medium", "low", "info")
_INTRODUCTION = """\
The signatures that ship with Tracewire. Each one has tests, a program that really does what it is about, and
a harmless look-alike that must stay silent. What a signature cannot see is said on its page."""
_FIELDS = "`exe`, `comm`, `uid`, `image`, `container`, `pathname`"


def _technique(identifier: str) -> str:
    return f"[{identifier}](https://attack.mitre.org/techniques/{identifier.replace('.', '/')}/)"


def _exceptions(metadata: Metadata) -> str:
    example = json.dumps({metadata.id: [{"exe": "/opt/example/agent"}]})
    return (
        f"To say that something is fine, put it into an `exceptions.json` beside your own signatures:\n\n"
        f"```json\n{example}\n```\n\n"
        f"An item may name {_FIELDS}; all that it names must be so."
        " See [writing signatures](../writing-signatures.md#exceptions)."
    )


def signature_page(metadata: Metadata) -> str:
    """The page of one signature."""
    events = ", ".join(f"[{event}](../events/{event}.md)" for event in metadata.events)
    facts = [
        ("Name", f"`{metadata.name}`"),
        ("Id", metadata.id),
        ("Severity", metadata.severity),
        ("ATT&CK", ", ".join(map(_technique, metadata.attack))),
        ("Events", events),
        ("Version", metadata.version),
    ]
    if metadata.tags:
        facts.append(("Tags", code(metadata.tags)))
    see = "\n".join(f"- <{reference}>" for reference in metadata.references)
    return page(
        f"# {metadata.title}",
        table(("", ""), facts),
        metadata.description,
        "## Misses",
        metadata.misses[:1].upper() + metadata.misses[1:],
        "## Exceptions",
        _exceptions(metadata),
        f"## See also\n\n{see}" if see else "",
    )


def _index(signatures: Sequence[Metadata]) -> str:
    ordered = sorted(signatures, key=lambda one: (_SEVERITIES.index(one.severity), one.name))
    rows = [
        (f"[{one.name}]({one.name}.md)", one.id, one.severity, ", ".join(one.attack), one.title)
        for one in ordered
    ]
    return page(
        "# Signatures",
        _INTRODUCTION,
        table(("signature", "id", "severity", "ATT&CK", "finds"), rows),
        "[How to write one](../writing-signatures.md)",
    )


def signature_pages(signatures: Iterable[Metadata]) -> dict[str, str]:
    """File name to text, for every signature and the index."""
    known = list(signatures)
    pages = {f"{metadata.name}.md": signature_page(metadata) for metadata in known}
    return {**pages, INDEX: _index(known)}
