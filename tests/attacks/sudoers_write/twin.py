"""Lists what sudo reads, and writes a file of that name elsewhere."""

import tempfile
from pathlib import Path

list(Path("/etc/sudoers.d").glob("*"))
with tempfile.TemporaryDirectory() as directory:
    Path(directory, "sudoers").write_text("# nothing\n")
