"""The same with another address."""

import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    client.connect_ex(("192.0.2.1", 80))
