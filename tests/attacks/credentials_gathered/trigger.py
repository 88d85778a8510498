"""Reads all files with credentials of a home."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    for name in (".aws/credentials", ".kube/config", ".netrc", ".ssh/id_ed25519", ".vault-token"):
        file = Path(directory, name)
        file.parent.mkdir(exist_ok=True)
        file.touch()
        file.read_bytes()
