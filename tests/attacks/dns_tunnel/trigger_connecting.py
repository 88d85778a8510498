"""Asks a name server many times, each time on a new socket, as the resolver of the C library does."""

import socket

for _ in range(250):
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", 53))
