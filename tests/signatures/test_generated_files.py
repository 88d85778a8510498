"""What is generated from the catalogue and the signatures is as they are now."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tracewire.generate.__main__ import main
from tracewire.generate.artefacts import artefacts, stale, write


def test_nothing_in_the_checkout_is_stale(root: Path) -> None:
    """After a change of the catalogue or of a METADATA, `make docs` has to be run."""
    assert stale(root) == []


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """A directory with the signatures and nothing generated."""
    shutil.copytree(root / "rego" / "signatures", tmp_path / "rego" / "signatures")
    return tmp_path


def test_everything_is_written_once(root: Path, checkout: Path) -> None:
    """The first run writes all files, the second none."""
    assert write(checkout) == sorted(artefacts(root))
    assert write(checkout) == []
    assert stale(checkout) == []


def test_changed_missing_and_left_over_files_are_stale(checkout: Path) -> None:
    """Each is named by its path, and the next run puts it right."""
    write(checkout)
    (checkout / "rego/schemas/ptrace.json").write_text("{}")
    (checkout / "docs/events/ptrace.md").unlink()
    (checkout / "docs/signatures/of_the_past.md").write_text("")

    wrong = ["docs/events/ptrace.md", "docs/signatures/of_the_past.md", "rego/schemas/ptrace.json"]
    assert stale(checkout) == wrong
    assert write(checkout) == wrong
    assert stale(checkout) == []


def test_check_writes_nothing_and_fails(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` names what is stale and leaves it."""
    write(checkout)
    page = checkout / "docs/events/ptrace.md"
    page.write_text("old")

    assert main(["--check", "--root", str(checkout)]) == 1
    assert page.read_text() == "old"
    assert capsys.readouterr().out == "stale: docs/events/ptrace.md\n"
    assert main(["--root", str(checkout)]) == 0
    assert main(["--check", "--root", str(checkout)]) == 0


def test_unreadable_metadata_is_named_with_its_line(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback for a signature that cannot be documented."""
    (checkout / "rego/signatures/broken.rego").write_text("# METADATA\n# title\npackage signatures.broken\n")

    assert main(["--root", str(checkout)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "rego/signatures/broken.rego:2: neither `key: value` nor a list: 'title'",
        "Write it as docs/writing-signatures.md shows.",
    ]


def test_command_runs_as_a_module(checkout: Path) -> None:
    """`python -m tracewire.generate` needs no arguments in a checkout."""
    done = subprocess.run(
        [sys.executable, "-m", "tracewire.generate"], cwd=checkout, check=True, capture_output=True, text=True
    )

    assert done.stderr == ""
    assert done.stdout.splitlines()[0] == "written: bpf/catalogue.h"
