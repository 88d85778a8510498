"""Starts a program under the name of another: `exec -a sshd`."""

import subprocess

subprocess.run(["bash", "-c", "exec -a sshd true"], check=True)
