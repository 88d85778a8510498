"""The METADATA above a signature's package, read without OPA.

OPA takes any YAML there; a signature uses the small part of it that is described in
docs/writing-signatures.md, and what goes beyond is refused with its line. A test
compares the result with `opa inspect` for every shipped signature.
"""

import re
from typing import Any

import msgspec

from tracewire.errors import TracewireError

_PAIR = re.compile(r"^(?P<indent> *)(?P<key>[a-z_]+):(?: (?P<value>.*))?$")


class MetadataError(TracewireError, ValueError):
    """A signature whose METADATA cannot be read.

    Attributes:
        file: Its path.
        line: Counted from 1.
        problem: What is wrong there.
    """

    remedy = "Write it as docs/writing-signatures.md shows."

    def __init__(self, file: str, line: int, problem: str) -> None:
        self.file = file
        self.line = line
        self.problem = problem
        super().__init__(f"{file}:{line}: {problem}")


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a signature says about itself.

    Attributes:
        name: The last part of its package.
        title: One line.
        description: Paragraphs, separated by an empty line.
        misses: What it does not see: the paragraph of the description that begins with "Misses:".
        references: Addresses worth reading.
        id: Such as TW-0102.
        severity: info, low, medium, high or critical.
        attack: ATT&CK technique ids.
        events: Names of the events that it judges.
        tags: Free words.
        version: Of the signature.
    """

    name: str
    title: str
    description: str
    misses: str
    references: list[str]
    id: str
    severity: str
    attack: list[str]
    events: list[str]
    tags: list[str]
    version: str


def _block(source: str, file: str) -> tuple[list[tuple[int, str]], str]:
    """The lines of the METADATA above `package` with their numbers, and the package."""
    found: list[tuple[int, str]] | None = None
    for number, line in enumerate(source.splitlines(), 1):
        if line.rstrip() == "# METADATA":
            found = []
        elif line.startswith("package "):
            if not found:
                raise MetadataError(file, number, "no METADATA directly above the package")
            return found, line.removeprefix("package ").strip()
        elif found is not None and line.startswith("#"):
            found.append((number, line[1:].removeprefix(" ")))
        elif found is not None and line.strip():
            raise MetadataError(file, number, "METADATA that does not stand above the package")
    raise MetadataError(file, 1, "no package")


def _scalar(text: str) -> Any:
    if text.startswith("[") and text.endswith("]"):
        return [part.strip().strip("\"'") for part in text[1:-1].split(",") if part.strip()]
    return text.strip("\"'")


def _paragraph(lines: list[tuple[int, str]], indent: int) -> str:
    """Takes the indented lines of a `|` block off *lines*."""
    text = []
    while lines and (not lines[0][1].strip() or len(lines[0][1]) - len(lines[0][1].lstrip()) > indent):
        text.append(lines.pop(0)[1].strip())
    return "\n".join(text).strip()


def _tree(lines: list[tuple[int, str]], file: str, indent: int = 0) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    while lines:
        number, line = lines[0]
        match = _PAIR.match(line)
        if match is None:
            raise MetadataError(file, number, f"neither `key: value` nor a list: {line.strip()!r}")
        if len(match["indent"]) < indent:
            return tree
        if len(match["indent"]) > indent:
            raise MetadataError(file, number, "indented further than the line above")
        lines.pop(0)
        key, value = match["key"], (match["value"] or "").strip()
        if value == "|":
            tree[key] = _paragraph(lines, indent)
        elif value:
            tree[key] = _scalar(value)
        elif lines and lines[0][1].lstrip().startswith("- "):
            tree[key] = []
            while lines and lines[0][1].lstrip().startswith("- "):
                tree[key].append(lines.pop(0)[1].lstrip().removeprefix("- "))
        else:
            tree[key] = _tree(lines, file, indent + 2)
    return tree


def read_metadata(source: str, file: str) -> Metadata:
    """What the signature in *source* says about itself.

    Args:
        source: The text of the file.
        file: Its path, for messages.

    Raises:
        MetadataError: It says nothing, too little, or says it in a way that is not understood.
    """
    lines, package = _block(source, file)
    first = lines[0][0]
    tree = _tree(lines, file)
    custom = tree.get("custom", {})
    for key, where in (("title", tree), ("description", tree), ("id", custom), ("severity", custom)):
        if not where.get(key):
            raise MetadataError(file, first, f"METADATA without {key}")
    paragraphs = tree["description"].split("\n\n")
    misses = [part for part in paragraphs if part.startswith("Misses:")]
    return Metadata(
        name=package.rsplit(".", 1)[-1],
        title=tree["title"],
        description="\n\n".join(part for part in paragraphs if not part.startswith("Misses:")),
        misses=" ".join(misses).removeprefix("Misses:").strip(),
        references=[item.removeprefix("ref: ") for item in tree.get("related_resources", [])],
        id=custom["id"],
        severity=custom["severity"],
        attack=custom.get("attack", []),
        events=custom.get("events", []),
        tags=custom.get("tags", []),
        version=custom.get("version", "1.0.0"),
    )
