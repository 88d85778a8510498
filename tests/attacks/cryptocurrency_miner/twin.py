"""Tells echo an ordinary address."""

import subprocess

subprocess.run(["/bin/echo", "-o", "http://127.0.0.1:9", "-u", "x"], check=True, stdout=subprocess.DEVNULL)
