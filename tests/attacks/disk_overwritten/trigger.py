"""Writes zeros over a disk that is a file of zeros."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    image = Path(directory, "image")
    image.write_bytes(bytes(1 << 20))
    made = subprocess.run(["losetup", "-f", "--show", str(image)], check=True, capture_output=True, text=True)
    disk = made.stdout.strip()
    try:
        subprocess.run(
            ["dd", "if=/dev/zero", f"of={disk}", "bs=4096", "count=1"], check=True, capture_output=True
        )
    finally:
        subprocess.run(["losetup", "-d", disk], check=True)
