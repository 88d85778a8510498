"""Has a shell read its commands from a pipe, by the name of its standard input."""

import subprocess

subprocess.run(["sh", "/dev/stdin"], input=b"true\n", check=True)
