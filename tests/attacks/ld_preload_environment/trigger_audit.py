"""Runs a program with a library that watches the dynamic linker; it need not exist."""

import os

os.execve("/bin/true", ["true"], {"PATH": "/bin", "LD_AUDIT": "/nonexistent/audit.so"})  # noqa: S606 - this very process has to become the program
