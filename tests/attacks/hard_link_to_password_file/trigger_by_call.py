"""The same by system calls, without a command, by an absolute path and by a relative one."""

import os
from pathlib import Path

other = Path("/etc/tracewire-trigger-link")
os.chdir("/etc")
for path in ("/etc/shadow", "shadow"):
    try:
        os.link(path, other)
    finally:
        other.unlink(missing_ok=True)
