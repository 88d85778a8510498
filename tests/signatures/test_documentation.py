"""The example in docs/writing-signatures.md is one that works."""

import subprocess
import sys
from pathlib import Path

import pytest

from tracewire.generate.metadata import read_metadata

pytestmark = pytest.mark.opa


@pytest.fixture
def example(root: Path, tmp_path: Path) -> Path:
    """A directory with the page's signature and its test."""
    page = (root / "docs/writing-signatures.md").read_text(encoding="utf-8")
    blocks = [part.split("```")[0] for part in page.split("```rego\n")[1:]]
    (tmp_path / "private_key_read.rego").write_text(blocks[0])
    test = next(block for block in blocks if block.startswith("package signatures.private_key_read_test"))
    (tmp_path / "private_key_read_test.rego").write_text(test)
    return tmp_path


@pytest.mark.parametrize("command", ["check", "test"])
def test_example_is_right(root: Path, opa: str, example: Path, command: str) -> None:
    """The commands that the page shows succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "engine", "signatures", command, str(example)],
        cwd=root, check=False, capture_output=True, text=True, env={"TRACEWIRE_ENGINE_OPA_PROGRAM": opa},
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_misspelt_field_in_the_example_is_refused(root: Path, opa: str, example: Path) -> None:
    """As the page says: with file and line."""
    file = example / "private_key_read.rego"
    file.write_text(
        file.read_text().replace("startswith(input.args.pathname", "startswith(input.args.pathnme")
    )
    done = subprocess.run(
        [sys.executable, "-m", "engine", "signatures", "check", str(example)],
        cwd=root, check=False, capture_output=True, text=True, env={"TRACEWIRE_ENGINE_OPA_PROGRAM": opa},
    )  # fmt: skip

    assert done.returncode == 1
    assert f"{file}:24:" in done.stdout + done.stderr
    assert "input.args.pathnme" in done.stdout + done.stderr


def test_metadata_of_the_example_is_read(example: Path) -> None:
    """By the reader that makes the pages."""
    metadata = read_metadata((example / "private_key_read.rego").read_text(), "private_key_read.rego")

    assert (metadata.name, metadata.id) == ("private_key_read", "ACME-0001")
