"""Makes one in shared memory, and writes to a device."""

from pathlib import Path

file = Path("/dev/shm/tracewire-twin")
file.write_text("x")
file.unlink()
Path("/dev/null").write_text("x")
