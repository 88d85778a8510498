"""Gives a file a second name among the scheduled tasks, by relative paths, and removes both."""

import os
from pathlib import Path

os.chdir("/etc")
file, link = Path("tracewire.trigger"), Path("cron.d/tracewire.trigger")  # cron passes over names with a dot
try:
    file.write_text("# nothing\n")
    link.hardlink_to(file)
finally:
    link.unlink(missing_ok=True)
    file.unlink(missing_ok=True)
