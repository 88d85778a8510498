"""Asks an agent of its own at the usual place."""

import os
import signal
import subprocess

started = subprocess.run(["ssh-agent"], check=True, capture_output=True, text=True, env={"TMPDIR": "/tmp"})
address = started.stdout.split("SSH_AUTH_SOCK=")[1].split(";")[0]
pid = int(started.stdout.split("SSH_AGENT_PID=")[1].split(";")[0])
try:
    subprocess.run(["ssh-add", "-l"], check=False, capture_output=True, env={"SSH_AUTH_SOCK": address})
finally:
    os.kill(pid, signal.SIGTERM)
