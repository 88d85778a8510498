"""Empties a log that was empty, or had been made for this."""

from pathlib import Path

log = Path("/var/log/faillog")
was_there = log.exists()
assert not was_there or log.stat().st_size == 0, "this machine's log is in use"
try:
    log.write_bytes(b"")
finally:
    if not was_there:
        log.unlink()
