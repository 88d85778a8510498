"""Looks root up, and shows what a new account would get."""

import subprocess

subprocess.run(["getent", "passwd", "root"], check=True, stdout=subprocess.DEVNULL)
subprocess.run(["/usr/sbin/useradd", "-D"], check=True, stdout=subprocess.DEVNULL)
