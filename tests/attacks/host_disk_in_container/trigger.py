"""Opens a disk that is a file, under the name of a disk, in what looks like a container."""

import os
import subprocess
import tempfile
from pathlib import Path

import contained

NODE = Path("/dev/sdzz")

with tempfile.TemporaryDirectory() as directory:
    image = Path(directory, "image")
    image.write_bytes(bytes(1 << 20))
    made = subprocess.run(["losetup", "-f", "--show", str(image)], check=True, capture_output=True, text=True)
    disk = made.stdout.strip()
    try:
        os.mknod(NODE, 0o060600, Path(disk).stat().st_rdev)
        with contained.container():
            os.close(os.open(NODE, os.O_RDONLY))
    finally:
        NODE.unlink(missing_ok=True)
        subprocess.run(["losetup", "-d", disk], check=True)
