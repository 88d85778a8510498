"""Makes a file among the devices, and removes it."""

from pathlib import Path

file = Path("/dev/tracewire-trigger")
file.write_text("x")
file.unlink()
