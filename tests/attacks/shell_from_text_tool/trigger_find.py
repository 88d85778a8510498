"""Lets find start a shell."""

import subprocess

subprocess.run(["find", "/etc/hostname", "-exec", "/bin/sh", "-c", "true", ";"], check=True)
