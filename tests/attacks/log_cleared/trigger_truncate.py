"""Shortens a log with truncate, which needs no O_TRUNC; it keeps its length."""

import os
import subprocess
from pathlib import Path

log = Path("/var/log/daemon.log")
was_there = log.exists()
try:
    if not was_there:
        os.close(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640))
    subprocess.run(["truncate", "-s", "+0", str(log)], check=True)
finally:
    if not was_there:
        log.unlink()
