"""Connects to one port many times."""

import socket

with socket.create_server(("127.0.0.1", 0)) as server:
    for _ in range(200):
        with socket.create_connection(server.getsockname()) as client:
            server.accept()[0].close()
            client.close()
