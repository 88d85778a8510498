"""Puts the socket in the place of standard input first and connects it then, over IPv6."""

import os
import socket

with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
    child = os.fork()
    if child == 0:
        os.close(0)
        connection = socket.socket(socket.AF_INET6)
        os._exit(0 if connection.fileno() == 0 and connection.connect_ex(server.getsockname()) == 0 else 1)
    server.accept()[0].close()
    _, status = os.waitpid(child, 0)
assert status == 0
