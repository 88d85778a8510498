"""Puts a program beside the system's, and removes it."""

import shutil
from pathlib import Path

program = Path("/usr/bin/tracewire-trigger")
try:
    shutil.copy("/bin/true", program)
finally:
    program.unlink(missing_ok=True)
