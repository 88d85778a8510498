"""Empties a history with a shell that was started for it."""

import subprocess
import tempfile

with tempfile.TemporaryDirectory() as home:
    subprocess.run(
        ["/bin/sh", "-c", f": > {home}/.zsh_history && mv {home}/.zsh_history {home}/x"], check=True
    )
