"""Tells echo the address of a pool that does not exist."""

import subprocess

subprocess.run(
    ["/bin/echo", "-o", "stratum+tcp://127.0.0.1:9", "-u", "x"], check=True, stdout=subprocess.DEVNULL
)
