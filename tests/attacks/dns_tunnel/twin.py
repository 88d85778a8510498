"""Asks a name server for the addresses of many hosts."""

import socket

with socket.socket(type=socket.SOCK_DGRAM) as client:
    for number in range(40):
        name = b"\6host%02d\7example\3com\0" % number
        client.sendto(b"\0\1\1\0\0\1\0\0\0\0\0\0" + name + b"\0\1\0\1", ("127.0.0.1", 53))
