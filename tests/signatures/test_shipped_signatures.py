"""What every signature that ships has to have."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tracewire.catalogue import BY_NAME
from tracewire.generate.artefacts import shipped_signatures
from tracewire.generate.metadata import Metadata
from tracewire.subjects import SEVERITIES

ROOT = Path(__file__).parents[2]
SIGNATURES = shipped_signatures(ROOT)

every_signature = pytest.mark.parametrize("signature", SIGNATURES, ids=lambda signature: signature.name)


@every_signature
def test_metadata_is_whole(signature: Metadata) -> None:
    """A known severity, known events, techniques, and an honest word about what it misses."""
    assert signature.severity in SEVERITIES
    assert [event for event in signature.events if event not in BY_NAME] == []
    assert signature.attack
    assert signature.misses
    assert not signature.title.endswith(".")


@every_signature
def test_file_is_named_after_the_package(signature: Metadata) -> None:
    """The name in the subject leads to the file."""
    assert (ROOT / "rego/signatures" / f"{signature.name}.rego").is_file()


@every_signature
def test_rego_tests_cover_the_missing_field_and_exceptions(signature: Metadata) -> None:
    """An older collector may not send a field, and a user may have an exception."""
    tests = (ROOT / "rego/signatures" / f"{signature.name}_test.rego").read_text()

    assert "test_missing_field_is_silent" in tests
    assert "test_exception_is_silent" in tests
    assert signature.id in tests


@every_signature
def test_trigger_and_twin_exist(signature: Metadata) -> None:
    """One program that does it, and one that only looks like it."""
    directory = ROOT / "tests/attacks" / signature.name
    programs = {path.stem for path in directory.iterdir() if path.suffix in {".py", ".c"}}

    assert {"trigger", "twin"} <= programs


def test_ids_and_names_are_unique() -> None:
    """An id is never used twice."""
    ids = Counter(signature.id for signature in SIGNATURES)
    assert [identifier for identifier, times in ids.items() if times > 1] == []


@pytest.mark.opa
@pytest.mark.parametrize(
    "command",
    [
        ["check", "--strict", "-s", "rego/schemas", "rego/lib", "rego/signatures"],
        ["test", "--fail-on-empty", "rego/lib", "rego/signatures"],
        ["fmt", "--fail", "-l", "rego/lib", "rego/signatures"],
    ],
    ids=lambda command: command[0],
)
def test_opa_is_content(opa: str, command: list[str]) -> None:
    """The schemas fit, the Rego tests pass, and the files are formatted."""
    done = subprocess.run([opa, *command], cwd=ROOT, check=False, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
