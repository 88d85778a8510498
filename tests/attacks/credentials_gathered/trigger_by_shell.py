"""Has a shell print all files with credentials of a home, a program for each."""

import subprocess
import tempfile
from pathlib import Path

NAMES = (".aws/credentials", ".kube/config", ".netrc", ".ssh/id_ed25519", ".vault-token")

with tempfile.TemporaryDirectory() as directory:
    for name in NAMES:
        file = Path(directory, name)
        file.parent.mkdir(exist_ok=True)
        file.touch()
    script = f"for file in {' '.join(NAMES)}; do /bin/cat $file; done"
    subprocess.run(["/bin/sh", "-c", script], cwd=directory, check=True)
