"""Opens the memory of a child for writing, by way of its main thread."""

import os
import subprocess

with subprocess.Popen(["sleep", "5"]) as child:
    os.close(os.open(f"/proc/{child.pid}/task/{child.pid}/mem", os.O_RDWR))
    child.kill()
