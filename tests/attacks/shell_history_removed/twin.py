"""Appends to a history, and removes a file with a similar name."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as home:
    with Path(home, ".bash_history.d").open("a") as file:
        file.write("ls\n")
    notes = Path(home, "notes_history.txt")
    notes.touch()
    notes.unlink()
