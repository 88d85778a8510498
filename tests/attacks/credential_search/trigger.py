"""Looks for a key of a cloud in an empty file."""

import subprocess

command = ["grep", "-r", "aws_secret_access_key", "/dev/null"]
assert subprocess.run(command, check=False).returncode == 1
