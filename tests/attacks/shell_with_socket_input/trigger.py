"""A shell on a connection that came to standard input by fcntl instead of dup2."""

import fcntl
import os
import socket

with socket.create_server(("127.0.0.1", 0)) as server:
    child = os.fork()
    if child == 0:
        connection = socket.create_connection(server.getsockname())
        os.close(0)
        fcntl.fcntl(connection, fcntl.F_DUPFD, 0)
        os.execv("/bin/sh", ["sh"])  # noqa: S606 - this very process has to become the program
    accepted, _ = server.accept()
    with accepted:
        accepted.sendall(b"exit 7\n")
        _, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 7
