"""Fetches something from a server that is not there, with a name and a password."""

import subprocess

command = ["curl", "--silent", "--max-time", "2", "--user", "a@b:c", "http://127.0.0.1:9/"]
subprocess.run(command, check=False)
