"""Prints a key that has nothing in it, where a control plane keeps its own."""

import subprocess
from pathlib import Path

directory = Path("/etc/kubernetes/pki/tracewire")
made = [path for path in [directory, *directory.parents] if not path.exists()]
directory.mkdir(parents=True)
key = directory / "trigger.key"
try:
    key.touch()
    subprocess.run(["cat", str(key)], check=True)
finally:
    key.unlink(missing_ok=True)
    for path in made:
        path.rmdir()
