"""As root, becomes another user many times; the command fails."""

import subprocess

for _ in range(8):
    assert (
        subprocess.run(["/usr/bin/su", "-s", "/bin/sh", "-c", "false", "daemon"], check=False).returncode == 1
    )
