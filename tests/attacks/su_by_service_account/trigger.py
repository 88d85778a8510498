"""As nobody, asks for an account with a password that is wrong."""

import subprocess

command = ["/usr/bin/su", "-c", "true", "daemon"]
assert subprocess.run(command, check=False, input=b"wrong\n", capture_output=True, user=65534).returncode != 0
