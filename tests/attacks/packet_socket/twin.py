"""Binds a socket like everybody."""

import socket

with socket.socket() as one:
    one.bind(("127.0.0.1", 0))
