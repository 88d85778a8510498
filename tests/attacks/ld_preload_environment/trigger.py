"""Runs a program with a library put in front of its own."""

import os

os.execve("/bin/true", ["true"], {"LD_PRELOAD": "libm.so.6", "PATH": "/usr/bin:/bin"})  # noqa: S606 - this very process has to become the program
