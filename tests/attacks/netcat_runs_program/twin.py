"""The same as if it were to try a port."""

import shutil
import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/opt") as directory:
    program = Path(directory, "ncat")
    shutil.copy("/bin/true", program)
    subprocess.run([program, "-z", "127.0.0.1", "22"], check=True)
