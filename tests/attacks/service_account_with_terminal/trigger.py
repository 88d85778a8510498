"""Starts a shell as nobody on a terminal of its own."""

import pty

command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh", "-c", "exit 0"]
assert pty.spawn(command) == 0
