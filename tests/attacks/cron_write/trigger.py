"""Writes a file that cron reads, with nothing but a comment in it, and removes it."""

from pathlib import Path

directory = Path("/etc/cron.d")
was_there = directory.is_dir()
directory.mkdir(exist_ok=True)
file = directory / "tracewire.trigger"  # cron passes over names with a dot
try:
    file.write_text("# nothing\n")
finally:
    file.unlink(missing_ok=True)
    if not was_there:
        directory.rmdir()
