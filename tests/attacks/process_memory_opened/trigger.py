"""Opens the memory of a child for reading."""

import os
import subprocess

with subprocess.Popen(["sleep", "5"]) as child:
    os.close(os.open(f"/proc/{child.pid}/mem", os.O_RDONLY))
    child.kill()
