"""Runs a program that was copied to /dev/shm."""

import shutil
import subprocess
import tempfile

with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
    program = shutil.copy("/bin/true", directory)
    subprocess.run([program], check=True)
