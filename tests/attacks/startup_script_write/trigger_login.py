"""Renames a file to where graphical logins look, and removes it."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/opt") as home:
    directory = Path(home, ".config", "autostart")
    directory.mkdir(parents=True)
    made = Path(home, "x")
    made.write_text("[Desktop Entry]\n")
    made.rename(directory / "x.desktop")
