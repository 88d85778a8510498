"""Writes zeros to a file, and reads a disk."""

import subprocess
import tempfile

with tempfile.TemporaryDirectory() as directory:
    command = ["dd", "if=/dev/zero", f"of={directory}/image", "bs=4096", "count=1"]
    subprocess.run(command, check=True, capture_output=True)
