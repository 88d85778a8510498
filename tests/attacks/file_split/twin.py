"""Asks split for its version."""

import subprocess

subprocess.run(["split", "--version"], check=True, stdout=subprocess.DEVNULL)
