"""Looks for something harmless."""

import subprocess

subprocess.run(["grep", "-r", "region", "/dev/null"], check=False)
