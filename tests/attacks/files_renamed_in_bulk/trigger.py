"""Gives many files a further ending, as what holds them for a ransom does."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/root") as directory:
    for number in range(60):
        file = Path(directory, f"letter-{number}.odt")
        file.write_bytes(b"text")
        file.rename(f"{file}.locked")
