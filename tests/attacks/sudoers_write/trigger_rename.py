"""Renames a file into the directory that sudo reads, and removes it."""

from pathlib import Path

directory = Path("/etc/sudoers.d")
was_there = directory.is_dir()
directory.mkdir(mode=0o750, exist_ok=True)
new, file = Path("/etc/tracewire.trigger"), directory / "tracewire.trigger"
try:
    new.write_text("# nothing\n")
    new.rename(file)
finally:
    new.unlink(missing_ok=True)
    file.unlink(missing_ok=True)
    if not was_there:
        directory.rmdir()
