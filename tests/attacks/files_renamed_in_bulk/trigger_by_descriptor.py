"""The same by renameat2 with a descriptor of the directory."""

import ctypes
import os
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/root") as directory:
    for number in range(60):
        Path(directory, f"{number}.db").touch()
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    renameat2 = ctypes.CDLL(None).renameat2
    for number in range(60):
        assert renameat2(descriptor, b"%d.db" % number, descriptor, b"%d.db.crypt" % number, 0) == 0
    os.close(descriptor)
