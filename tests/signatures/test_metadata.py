"""The METADATA of a signature is read as OPA reads it, or refused with its line."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tracewire.generate.artefacts import shipped_signatures
from tracewire.generate.metadata import Metadata, MetadataError, read_metadata

SOURCE = """\
# METADATA
# title: A title
# description: |
#   One line,
#   another.
#
#   Misses: this
#   and that.
# related_resources:
# - ref: https://example.org/a
# schemas:
# - input: schema.ptrace
# custom:
#   id: XX-1
#   severity: low
#   attack: [T1, T2.001]
#   events: [ptrace]
package signatures.a_name

import rego.v2
"""


def test_everything_is_read() -> None:
    """Every field of a whole METADATA."""
    assert read_metadata(SOURCE, "a.rego") == Metadata(
        name="a_name",
        title="A title",
        description="One line,\nanother.",
        misses="this\nand that.",
        references=["https://example.org/a"],
        id="XX-1",
        severity="low",
        attack=["T1", "T2.001"],
        events=["ptrace"],
        tags=[],
        version="1.0.0",
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("# METADATA\n", "", 17, "no METADATA directly above the package"),
        ("# title: A title\n", "", 2, "METADATA without title"),
        ("#   id: XX-1\n", "", 2, "METADATA without id"),
        ("#   id: XX-1\n", "#   id XX-1\n", 14, "neither `key: value` nor a list: 'id XX-1'"),
        ("#   severity: low\n", "#     severity: low\n", 15, "indented further than the line above"),
        ("package signatures.a_name\n", "", 19, "METADATA that does not stand above the package"),
    ],
)
def test_unreadable_metadata_is_refused(old: str, new: str, line: int, problem: str) -> None:
    """What is wrong, and in which line."""
    with pytest.raises(MetadataError) as refused:
        read_metadata(SOURCE.replace(old, new), "a.rego")

    assert (refused.value.file, refused.value.problem) == ("a.rego", problem)
    assert refused.value.line == line


@pytest.mark.opa
def test_shipped_signatures_are_read_as_opa_reads_them(root: Path, opa: str) -> None:
    """The small reader and OPA's YAML agree on every field of every shipped signature."""
    signatures = root / "rego" / "signatures"
    answer = subprocess.run(
        [opa, "inspect", "-a", "-f", "json", str(signatures)], check=True, capture_output=True, text=True
    )
    by_opa = {
        entry["path"][-1]["value"]: entry["annotations"]
        for entry in json.loads(answer.stdout)["annotations"]
        if entry["annotations"]["scope"] == "package"
    }

    def as_opa_has_it(metadata: Metadata) -> dict[str, Any]:
        return {
            "title": metadata.title,
            "custom": {
                "id": metadata.id,
                "severity": metadata.severity,
                "attack": metadata.attack,
                "events": metadata.events,
            },
            "description": f"{metadata.description}\n\nMisses: {metadata.misses}\n",
            "related_resources": [{"ref": reference} for reference in metadata.references],
        }

    shown = ("title", "custom", "description", "related_resources")
    assert {metadata.name: as_opa_has_it(metadata) for metadata in shipped_signatures(root)} == {
        name: {"related_resources": []} | {key: annotations[key] for key in shown if key in annotations}
        for name, annotations in by_opa.items()
    }
