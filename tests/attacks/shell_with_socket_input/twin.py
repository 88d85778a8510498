"""A shell that reads from a pipe, and another program that reads from a socket."""

import socket
import subprocess

assert subprocess.run(["/bin/sh"], input=b"exit 7\n", check=False).returncode == 7
here, there = socket.socketpair()
with there:
    with here:
        here.sendall(b"hello\n")
    subprocess.run(["/bin/cat"], stdin=there, check=True, stdout=subprocess.DEVNULL)
