"""Gives a file for everybody a second name, and removes that."""

import subprocess
from pathlib import Path

other = Path("/etc/tracewire-twin-link")
try:
    subprocess.run(["ln", "/etc/hostname", str(other)], check=True)
finally:
    other.unlink(missing_ok=True)
