"""Makes a copy of a program executable, and a directory shared."""

import shutil
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    copy = Path(shutil.copy("/bin/true", directory))
    copy.chmod(0o755)
    shared = Path(directory, "shared")
    shared.mkdir()
    shared.chmod(0o2775)
