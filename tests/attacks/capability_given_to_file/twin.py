"""Asks which capabilities a program has."""

import subprocess

subprocess.run(["/usr/sbin/getcap", "/bin/true"], check=True)
