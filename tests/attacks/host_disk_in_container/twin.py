"""Opens other devices in what looks like a container."""

import os

import contained

with contained.container():
    for device in ("/dev/null", "/dev/zero", "/dev/urandom"):
        os.close(os.open(device, os.O_RDONLY))
