"""Opens /etc/ld.so.preload for appending, and leaves it as it was."""

from pathlib import Path

file = Path("/etc/ld.so.preload")
was_there = file.exists()
with file.open("a"):
    pass
if not was_there:
    file.unlink()
