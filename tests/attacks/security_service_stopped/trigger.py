"""Stops the audit daemon of a machine that does not exist."""

import subprocess

command = ["systemctl", "--host=", "stop", "auditd.service"]  # refused before anything is asked
subprocess.run(command, check=False, stderr=subprocess.DEVNULL)
