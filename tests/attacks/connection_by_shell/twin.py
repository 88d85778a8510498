"""Connects to a server of its own while bash looks on."""

import socket
import subprocess

with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
    subprocess.run(["bash", "-c", "true < /dev/null"], check=True)
