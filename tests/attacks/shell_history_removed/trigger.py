"""Removes the history of a shell that nobody used."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as home:
    history = Path(home, ".bash_history")
    history.touch()
    history.unlink()
