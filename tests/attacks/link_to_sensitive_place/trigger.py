"""Links to the password file from elsewhere."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    Path(directory, "notes").symlink_to("/etc/shadow")
