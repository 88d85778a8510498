"""Mounts a file system of memory, in what looks like a container."""

import subprocess
import tempfile

import contained

with tempfile.TemporaryDirectory() as directory, contained.container():
    subprocess.run(["mount", "-t", "tmpfs", "none", directory], check=True)
    subprocess.run(["umount", directory], check=True)
