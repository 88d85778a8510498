"""A shell that is told through a pipe what to do."""

import subprocess

assert subprocess.run(["/bin/sh"], input=b"exit 7", check=False).returncode == 7
