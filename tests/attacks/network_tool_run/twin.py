"""Connects to a server of its own, without any tool."""

import socket

with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
