"""Waits for a connection with standard input closed, so that it becomes that."""

import os
import socket

with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
    saved = os.dup(0)
    os.close(0)
    number, _ = server._accept()
    os.dup2(saved, 0)
assert number == 0
