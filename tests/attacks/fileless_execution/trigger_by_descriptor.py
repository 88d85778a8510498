"""Runs a program that has never been on a disk, with execveat and no path at all."""

import os
from pathlib import Path

memory = os.memfd_create("", os.MFD_CLOEXEC)
os.write(memory, Path("/bin/true").read_bytes())
os.execve(memory, ["anything"], {})  # noqa: S606 - this very process has to become the program
