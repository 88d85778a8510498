"""Tries the first ports of this machine."""

import socket

for port in range(1, 200):
    with socket.socket() as client:
        client.connect_ex(("127.0.0.1", port))
