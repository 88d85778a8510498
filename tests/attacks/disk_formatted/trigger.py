"""Makes a file system on a disk that is a file."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    image = Path(directory, "image")
    image.write_bytes(bytes(4 << 20))
    made = subprocess.run(["losetup", "-f", "--show", str(image)], check=True, capture_output=True, text=True)
    disk = made.stdout.strip()
    try:
        subprocess.run(["mkfs.ext4", "-q", disk], check=True, capture_output=True)
    finally:
        subprocess.run(["losetup", "-d", disk], check=True)
