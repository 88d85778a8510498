"""Empties a log by its path, without opening it, and restores it."""

import os
import shutil
from pathlib import Path

log, kept = Path("/var/log/auth.log"), Path("/root/tracewire-trigger-log")
was_there = log.exists()
log.touch()
shutil.copy2(log, kept)
try:
    os.truncate(log, 0)
finally:
    log.write_bytes(kept.read_bytes())
    kept.unlink()
    if not was_there:
        log.unlink()
