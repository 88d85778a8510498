"""Decodes two letters."""

import subprocess

done = subprocess.run(["base64", "-d"], input=b"aWQ=", check=True, stdout=subprocess.PIPE)
assert done.stdout == b"id"
