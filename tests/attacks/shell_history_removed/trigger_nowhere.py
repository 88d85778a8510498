"""Starts a shell whose history leads nowhere."""

import subprocess

subprocess.run(["bash", "-c", ":"], env={"HISTFILE": "/dev/null"}, check=True)
