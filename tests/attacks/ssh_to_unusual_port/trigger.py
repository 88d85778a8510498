"""Connects to this machine on the port of the web, where ssh finds no server."""

import subprocess

command = [
    "ssh",
    "-F",
    "none",
    "-o",
    "BatchMode=yes",
    "-o",
    "ConnectTimeout=1",
    "-p",
    "443",
    "u@127.0.0.1",
    "true",
]
subprocess.run(command, check=False, capture_output=True)
