"""Has a shell include a script in /tmp."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/tmp") as directory:
    script = Path(directory, "x.sh")
    script.write_text(":\n")
    subprocess.run(["sh", "-c", f". {script}"], check=True)
