"""Uses shared memory for what it is there for, and reads a file in /dev/shm with a program."""

import subprocess
import tempfile
from multiprocessing import shared_memory

memory = shared_memory.SharedMemory(create=True, size=64)
memory.close()
memory.unlink()
with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
    subprocess.run(["/bin/cat", file.name], check=True)
