"""Puts an empty file beside the dynamic linker, and removes it."""

from pathlib import Path

file = Path("/lib/ld-tracewire.so.2")
try:
    file.touch()
finally:
    file.unlink(missing_ok=True)
