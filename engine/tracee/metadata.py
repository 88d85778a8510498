"""From Tracee's metadata document to what a finding says about its signature."""

import re
from typing import Any

import msgspec

from engine.tracee.techniques import techniques
from tracewire.finding import SignatureReference
from tracewire.subjects import SEVERITIES

# A subject's token: long enough for any name, short enough for a terminal.
_LONGEST_NAME = 96
_MITRE = "mitre att&ck"
_SEVERITY = "severity"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class MetadataError(ValueError):
    """A metadata document that says too little.

    Attributes:
        problem: A sentence.
    """

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


class Described(msgspec.Struct, frozen=True):
    """What a metadata document says.

    Attributes:
        reference: For findings.
        description: For people.
    """

    reference: SignatureReference
    description: str


def read_metadata(document: Any) -> Described:
    """What *document* says; its keys count in any case, as they do in Tracee.

    Raises:
        MetadataError: It is no object, or has no id.
    """
    if not isinstance(document, dict):
        raise MetadataError("__rego_metadoc__ should be an object with id, version, name and properties")
    said = {key.lower(): value for key, value in document.items()}
    identifier = _line(said.get("id"))
    if not identifier:
        raise MetadataError("__rego_metadoc__ has no id, such as TRC-2")
    properties = said.get("properties")
    by_name = (
        {key.lower(): value for key, value in properties.items()} if isinstance(properties, dict) else {}
    )
    title = _line(said.get("name")) or identifier
    event = _line(said.get("eventname"))
    mitre = _line(by_name.get(_MITRE))
    name = _word(identifier)
    if not name:
        raise MetadataError(f"id {identifier!r} has neither a letter nor a digit")
    if (more := _word(event or title)) and more != name:
        name = f"{name}_{more}"
    return Described(
        SignatureReference(
            id=identifier,
            name=name[:_LONGEST_NAME].rstrip("_"),
            title=title,
            version=_line(said.get("version")) or "0.0.0",
            severity=_severity(by_name.get(_SEVERITY)),
            attack=_attack(by_name),
            tags=[*_words(said.get("tags")), *([mitre] if mitre else []), "tracee"],
        ),
        _text(said.get("description")),
    )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _line(value: Any) -> str:
    """A string, or a number as one, on one line."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _CONTROL.sub(" ", _text(value))


def _word(text: str) -> str:
    """*text* as a part of a subject: TRC-2 becomes trc_2."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _words(value: Any) -> list[str]:
    return [line for item in value if (line := _line(item))] if isinstance(value, list) else []


def _severity(value: Any) -> str:
    """Tracee's 0 to 4, also as text, or one of our words; where nothing is said that means info."""
    if isinstance(value, str) and value.strip().lower() in SEVERITIES:
        return value.strip().lower()
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return SEVERITIES[0]
    return SEVERITIES[min(max(number, 0), len(SEVERITIES) - 1)]


def _attack(properties: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for key, value in properties.items():
        if key in {_MITRE, "external_id", "technique"} and isinstance(value, str):
            found += techniques(value)
    return list(dict.fromkeys(found))
