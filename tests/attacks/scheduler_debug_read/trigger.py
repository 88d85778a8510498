"""Asks for the file in what looks like a container; whether it is there does not matter."""

import subprocess

import contained

with contained.container():
    subprocess.run(["cat", "/proc/sched_debug"], check=False, capture_output=True)
