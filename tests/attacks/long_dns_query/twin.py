"""Asks a name server for the address of a host."""

import socket

question = b"\0\1\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1"
with socket.socket(type=socket.SOCK_DGRAM) as client:
    client.sendto(question, ("127.0.0.1", 53))
