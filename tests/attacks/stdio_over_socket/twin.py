"""Talks over a connection of its own, and gives a child a local socket as standard input."""

import socket
import subprocess

with (
    socket.create_server(("127.0.0.1", 0)) as server,
    socket.create_connection(server.getsockname()) as client,
    server.accept()[0] as accepted,
    client.dup() as second,
):
    second.sendall(b"hello")
    assert accepted.recv(5) == b"hello"
here, there = socket.socketpair()
with here, there:
    here.sendall(b"exit 7\n")
    assert subprocess.run(["/bin/sh"], stdin=there, check=False).returncode == 7
