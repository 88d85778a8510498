"""Starts a shell on a terminal of its own."""

import pty

assert pty.spawn(["/bin/sh", "-c", "exit 0"]) == 0
