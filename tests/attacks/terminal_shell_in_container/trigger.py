"""Starts a shell on a terminal of its own in what looks like a container."""

import pty

import contained

with contained.container():
    assert pty.spawn(["/bin/sh", "-c", "exit 0"]) == 0
