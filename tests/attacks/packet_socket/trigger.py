"""Opens a packet socket and receives nothing."""

import socket

socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
