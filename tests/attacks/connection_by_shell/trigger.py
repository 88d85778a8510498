"""Has bash connect to a server of its own."""

import socket
import subprocess

with socket.create_server(("127.0.0.1", 0)) as server:
    port = server.getsockname()[1]
    subprocess.run(["bash", "-c", f"exec 5<>/dev/tcp/127.0.0.1/{port}"], check=True)
