"""Encodes two letters."""

import subprocess

subprocess.run(["base64"], input=b"id", check=True)
