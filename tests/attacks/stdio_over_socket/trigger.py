"""A shell whose input and output are a connection: connect, dup2, exec."""

import os
import socket

with socket.create_server(("127.0.0.1", 0)) as server:
    child = os.fork()
    if child == 0:
        connection = socket.create_connection(server.getsockname())
        for standard in (0, 1, 2):
            os.dup2(connection.fileno(), standard)
        os.execv("/bin/sh", ["sh"])  # noqa: S606 - this very process has to become the program
    accepted, _ = server.accept()
    with accepted:
        accepted.sendall(b"exit 7\n")
        _, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 7
