"""Writes a .pth file that does nothing, and removes it."""

import site
from pathlib import Path

file = Path(site.getsitepackages()[0], "tracewire_trigger.pth")
try:
    file.write_text("import sys\n")
finally:
    file.unlink(missing_ok=True)
