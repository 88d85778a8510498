"""Runs a program that was copied to /tmp."""

import shutil
import subprocess
import tempfile

with tempfile.TemporaryDirectory(dir="/tmp") as directory:
    program = shutil.copy("/bin/true", directory)
    subprocess.run([program], check=True)
