"""Puts a file that does nothing among the scripts of the start, and removes it."""

from pathlib import Path

directory = Path("/etc/init.d")
was_there = directory.is_dir()
directory.mkdir(exist_ok=True)
file = directory / "tracewire.trigger"
try:
    file.write_text("# nothing\n")
finally:
    file.unlink(missing_ok=True)
    if not was_there:
        directory.rmdir()
