"""Links to documentation."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    Path(directory, "notes").symlink_to("/usr/share/doc")
