"""A file that is there for a moment, in a directory that a machine may not have."""

from pathlib import Path


def add_and_remove(file: Path, text: str) -> None:
    """Write *text* to *file*, and leave neither it nor a directory that was not there."""
    was_there = file.parent.is_dir()
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        file.write_text(text)
    finally:
        file.unlink(missing_ok=True)
        if not was_there:
            file.parent.rmdir()
