"""Makes a pair of keys with the program that is for it, and prints the public one."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/root") as home:
    key = Path(home, ".ssh", "id_ed25519")
    key.parent.mkdir(mode=0o700)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    subprocess.run(["cat", f"{key}.pub"], check=True, stdout=subprocess.DEVNULL)
