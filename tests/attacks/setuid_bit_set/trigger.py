"""Makes a copy of a program run as its owner, whoever starts it."""

import shutil
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    copy = Path(shutil.copy("/bin/true", directory))
    copy.chmod(0o4755)
