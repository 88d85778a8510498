"""Asks an agent that somebody else has started, at a place of its choice."""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

NOBODY = 65534
with tempfile.TemporaryDirectory(dir="/tmp") as directory:
    os.chown(directory, NOBODY, NOBODY)
    address = Path(directory, "agent")
    command = ["ssh-agent", "-a", str(address)]
    started = subprocess.run(command, check=True, capture_output=True, text=True, user=NOBODY)
    pid = int(started.stdout.split("SSH_AGENT_PID=")[1].split(";")[0])
    try:
        subprocess.run(
            ["ssh-add", "-l"], check=False, capture_output=True, env={"SSH_AUTH_SOCK": str(address)}
        )
    finally:
        os.kill(pid, signal.SIGTERM)
