"""Opens a raw socket for TCP."""

import socket

socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP).close()
