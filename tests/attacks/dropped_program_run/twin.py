"""Makes one file executable, and runs another that was so before."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/root") as directory:
    made, program = Path(directory, "made"), Path(directory, "program")
    made.write_text("#!/bin/sh\nexit 0\n")
    made.chmod(0o755)
    subprocess.run(["/bin/cp", "/bin/true", str(program)], check=True)
    subprocess.run([str(program)], check=True)
