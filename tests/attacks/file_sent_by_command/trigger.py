"""Puts a file on a server that is not there."""

import subprocess

command = ["curl", "--silent", "--max-time", "2", "--upload-file", "/etc/hostname", "http://127.0.0.1:9/"]
subprocess.run(command, check=False)
