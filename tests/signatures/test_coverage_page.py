"""docs/coverage.md says of every row of two other rule sets which signatures find it, or why none does."""

import re
from pathlib import Path

from tracewire.generate.artefacts import shipped_signatures

# Tracee's signatures and derived events by their ids, Falco's stable rules by their place in its file.
TRACEE = {*(f"TRC-{number}" for number in (*range(101, 110), *range(1010, 1032))), "DRV-002", "DRV-003"}
FALCO = {str(number) for number in range(1, 26)}

ROW = re.compile(r"^\| (TRC-\d+|DRV-\d+|\d+) \| [^|]+ \|([^|]*)\|([^|]*)\|$", re.MULTILINE)
NAME = re.compile(r"\[(\w+)\]\(signatures/(\w+)\.md\)")


def rows(root: Path) -> list[tuple[str, list[tuple[str, str]], str]]:
    """Of each row its id, what it links to as pairs of text and target, and the remark."""
    page = (root / "docs/coverage.md").read_text(encoding="utf-8")
    return [(row[1], NAME.findall(row[2]), row[3].strip()) for row in ROW.finditer(page)]


def test_every_row_of_both_rule_sets_is_there_once(root: Path) -> None:
    """Nothing is left out and nothing is said twice."""
    assert sorted(identity for identity, _, _ in rows(root)) == sorted(TRACEE | FALCO)


def test_every_row_names_signatures_or_says_why_not(root: Path) -> None:
    """A row without a signature begins its remark with "Not covered"; one with some does not."""
    assert [
        identity for identity, names, remark in rows(root) if bool(names) == remark.startswith("Not covered:")
    ] == []


def test_named_signatures_ship(root: Path) -> None:
    """Each link leads to the page of a signature that exists, by its own name."""
    shipped = {signature.name for signature in shipped_signatures(root)}

    assert [
        (identity, text, target)
        for identity, names, _ in rows(root)
        for text, target in names
        if text != target or target not in shipped
    ] == []
