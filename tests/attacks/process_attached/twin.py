"""Stops a child and lets it go on, without tracing it."""

import os
import signal
import subprocess

with subprocess.Popen(["sleep", "5"]) as child:
    child.send_signal(signal.SIGSTOP)
    os.waitpid(child.pid, os.WUNTRACED)
    child.send_signal(signal.SIGCONT)
    child.kill()
