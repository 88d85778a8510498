"""Tells the dynamic linker where to look, which is everyday."""

import os

os.execve("/bin/true", ["true"], {"LD_LIBRARY_PATH": "/usr/lib", "LD_PRELOAD": ""})  # noqa: S606 - this very process has to become the program
