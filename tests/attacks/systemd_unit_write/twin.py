"""Reads units, and writes one where systemd does not look."""

import tempfile
from pathlib import Path

for unit in sorted(Path("/usr/lib/systemd/system").glob("*.service"))[:3]:
    unit.read_bytes()
with tempfile.TemporaryDirectory() as directory:
    Path(directory, "tracewire-twin.service").write_text("[Service]\nExecStart=/bin/true\n")
