"""Reads the hashes of passwords with a program that only prints files."""

import os

null = os.open("/dev/null", os.O_WRONLY)
os.dup2(null, 1)
os.execv("/bin/cat", ["cat", "/etc/shadow"])  # noqa: S606 - this very process has to become the program
