"""Starts a program without a terminal."""

import subprocess

subprocess.run(["id"], check=True, stdout=subprocess.DEVNULL)
