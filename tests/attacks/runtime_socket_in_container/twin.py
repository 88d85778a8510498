"""The same on the host, and another socket in what looks like a container."""

import socket
import tempfile

import contained

with tempfile.TemporaryDirectory() as directory:
    with socket.socket(socket.AF_UNIX) as client:
        assert client.connect_ex(f"{directory}/docker.sock") != 0
    with contained.container(), socket.socket(socket.AF_UNIX) as client:
        assert client.connect_ex(f"{directory}/application.sock") != 0
