"""Which files of a directory count."""

import os
from pathlib import Path

from engine.source import read, scan


def _names(directory: Path, *more: Path) -> list[str]:
    return sorted(os.path.relpath(path, directory) for path in scan([str(directory), *map(str, more)]))


def test_signatures_and_exceptions_at_any_depth_and_nothing_else(tmp_path: Path) -> None:
    """Tests, hidden files and other formats are left alone."""
    for name in (
        "a.rego",
        "deep/er/b.rego",
        "exceptions.json",
        "a_test.rego",
        ".c.rego",
        "d.txt",
        "data.json",
        ".git/e.rego",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")

    assert _names(tmp_path) == ["a.rego", "deep/er/b.rego", "exceptions.json"]


def test_file_that_can_be_reached_twice_counts_once(tmp_path: Path) -> None:
    """By a link, by a loop of links, by two directories that overlap."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.rego").write_text("")
    (tmp_path / "deep" / "loop").symlink_to(tmp_path)
    (tmp_path / "z.rego").symlink_to(tmp_path / "deep" / "a.rego")

    assert _names(tmp_path, tmp_path / "deep") == ["deep/a.rego"]


def test_what_is_absent_or_unreadable_hides_nothing_else(tmp_path: Path) -> None:
    """A dangling link and a directory that is not there."""
    (tmp_path / "a.rego").symlink_to("/no/such/file")
    (tmp_path / "b.rego").write_text("")

    assert _names(tmp_path, Path("/no/such/directory")) == ["b.rego"]
    assert read(str(tmp_path / "a.rego")) is None


def test_each_change_shows_in_the_stamp(tmp_path: Path) -> None:
    """Also one of the same size, put in place of the file within one tick of the clock."""
    path = tmp_path / "a.rego"
    path.write_text("one")
    first = scan([str(tmp_path)])
    os.utime(path, ns=(1, 1))
    other = tmp_path / "new"
    other.write_text("two")
    os.utime(other, ns=(1, 1))
    other.replace(path)

    assert scan([str(tmp_path)]) != first
