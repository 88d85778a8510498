"""Mounts a disk that is a file, in what looks like a container."""

import subprocess
import tempfile
from pathlib import Path

import contained

with tempfile.TemporaryDirectory() as directory:
    image, point = Path(directory, "image"), Path(directory, "point")
    point.mkdir()
    image.write_bytes(bytes(4 << 20))
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True, capture_output=True)
    made = subprocess.run(["losetup", "-f", "--show", str(image)], check=True, capture_output=True, text=True)
    disk = made.stdout.strip()
    try:
        with contained.container():
            subprocess.run(["mount", "-t", "ext4", "-o", "ro", disk, str(point)], check=True)
            subprocess.run(["umount", str(point)], check=True)
    finally:
        subprocess.run(["losetup", "-d", disk], check=True)
