"""Writes a file that sudo reads, with nothing but a comment in it, and removes it."""

from pathlib import Path

directory = Path("/etc/sudoers.d")
was_there = directory.is_dir()
directory.mkdir(mode=0o750, exist_ok=True)
file = directory / "tracewire.trigger"  # sudo passes over names with a dot
try:
    file.write_text("# nothing\n")
finally:
    file.unlink(missing_ok=True)
    if not was_there:
        directory.rmdir()
