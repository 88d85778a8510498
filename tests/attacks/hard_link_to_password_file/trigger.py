"""Gives the password file a second name, and removes that."""

import subprocess
from pathlib import Path

other = Path("/etc/tracewire-trigger-link")
try:
    subprocess.run(["ln", "/etc/shadow", str(other)], check=True)
finally:
    other.unlink(missing_ok=True)
