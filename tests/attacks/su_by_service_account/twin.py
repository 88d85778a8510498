"""As root, becomes another user."""

import subprocess

subprocess.run(["/usr/bin/su", "-s", "/bin/sh", "-c", "true", "daemon"], check=True)
