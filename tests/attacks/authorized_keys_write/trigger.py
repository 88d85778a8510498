"""Adds a key that may log in, to a home directory that is none."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as home:
    Path(home, ".ssh").mkdir(mode=0o700)
    with Path(home, ".ssh", "authorized_keys").open("a") as keys:
        keys.write("ssh-ed25519 AAAA nobody\n")
