"""In what looks like a container, connects to a socket of that name, where nothing listens."""

import socket
import tempfile

import contained

with (
    contained.container(),
    tempfile.TemporaryDirectory() as directory,
    socket.socket(socket.AF_UNIX) as client,
):
    assert client.connect_ex(f"{directory}/docker.sock") != 0
