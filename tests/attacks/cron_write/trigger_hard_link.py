"""Puts a hard link to a file elsewhere into the directory of tasks, and removes it."""

import os
import tempfile
from pathlib import Path

directory = Path("/etc/cron.d")
was_there = directory.is_dir()
directory.mkdir(exist_ok=True)
descriptor, other = tempfile.mkstemp(dir="/etc", prefix="tracewire-trigger-")
os.close(descriptor)
link = directory / "tracewire.trigger"  # cron passes over names with a dot
try:
    os.link(other, link)
finally:
    link.unlink(missing_ok=True)
    Path(other).unlink()
    if not was_there:
        directory.rmdir()
