"""Changes the user, for which the rules are read."""

import subprocess

subprocess.run(["su", "-s", "/bin/sh", "-c", "true", "daemon"], check=True)
