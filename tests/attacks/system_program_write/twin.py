"""Puts one where administrators put theirs, and reads the system's."""

import shutil
from pathlib import Path

program = Path("/usr/local/bin/tracewire-twin")
try:
    shutil.copy("/bin/true", program)
finally:
    program.unlink(missing_ok=True)
