"""Gives a copy of true a capability, and removes it."""

import shutil
import subprocess
from pathlib import Path

program = Path("/opt/tracewire-trigger-true")
shutil.copy("/bin/true", program)
try:
    subprocess.run(["/usr/sbin/setcap", "cap_setuid=ep", str(program)], check=True)
finally:
    program.unlink()
