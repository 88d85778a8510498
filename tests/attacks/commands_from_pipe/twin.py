"""A shell with a script and data through a pipe, and another program behind a pipe."""

import subprocess

subprocess.run(["/bin/sh", "-c", "read -r line"], input=b"hello\n", check=True)
subprocess.run(["wc", "-c"], input=b"id", check=True)
