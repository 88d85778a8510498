"""Asks for an account in an empty directory, where there are no accounts to add one to."""

import subprocess
import tempfile

with tempfile.TemporaryDirectory() as root:
    command = ["/usr/sbin/useradd", "--prefix", root, "-M", "tracewire"]
    assert subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode != 0
