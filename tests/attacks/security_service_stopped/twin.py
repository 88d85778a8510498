"""Asks about the audit daemon, and stops a service that there is not."""

import subprocess

subprocess.run(["systemctl", "is-enabled", "auditd.service"], check=False, capture_output=True)
subprocess.run(["systemctl", "--host=", "stop", "tw-twin.service"], check=False, capture_output=True)
