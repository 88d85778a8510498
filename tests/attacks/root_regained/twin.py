"""Becomes another user for good, and lets su do the same."""

import os
import subprocess

subprocess.run(["su", "-s", "/bin/sh", "-c", "true", "daemon"], check=True)
os.setresuid(1, 1, 1)
