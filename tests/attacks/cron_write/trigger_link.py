"""Puts a link into the directory of daily tasks, and removes it."""

from pathlib import Path

directory = Path("/etc/cron.daily")
was_there = directory.is_dir()
directory.mkdir(exist_ok=True)
link = directory / "tracewire.trigger"  # run-parts passes over names with a dot
try:
    link.symlink_to("/bin/true")
finally:
    link.unlink(missing_ok=True)
    if not was_there:
        directory.rmdir()
