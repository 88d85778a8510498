"""Keeps data in memory, and runs a program from the disk by its descriptor."""

import os

memory = os.memfd_create("data", os.MFD_CLOEXEC)
os.write(memory, b"nothing to run")
program = os.open("/bin/true", os.O_RDONLY | os.O_CLOEXEC)
os.execve(program, ["true"], {})  # noqa: S606 - this very process has to become the program
