"""Lets awk start a shell."""

import subprocess

subprocess.run(["awk", 'BEGIN { exit system("/bin/sh -c true") }'], check=True)
