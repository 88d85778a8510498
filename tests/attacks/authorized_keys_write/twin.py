"""Makes files that belong to a key, none of which lets anybody in, and reads one that does."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as home:
    directory = Path(home, ".ssh")
    directory.mkdir(mode=0o700)
    for name in ("id_ed25519", "id_ed25519.pub", "known_hosts"):
        (directory / name).write_text("ssh-ed25519 AAAA nobody\n")
    Path(home, "authorized_keys.txt").write_text("")
keys = Path("/root/.ssh/authorized_keys")
if keys.exists():
    keys.read_bytes()
