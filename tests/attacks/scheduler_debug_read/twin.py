"""Reads another file in what looks like a container."""

import subprocess

import contained

with contained.container():
    subprocess.run(["cat", "/proc/loadavg"], check=True)
