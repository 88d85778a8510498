"""Says to a socket for datagrams who its peer is, which sends nothing."""

import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    client.connect_ex(("169.254.169.254", 80))
