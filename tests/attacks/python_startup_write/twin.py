"""Writes a module and a .pth file where no Python looks, and makes a virtual environment."""

import subprocess
import sys
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    Path(directory, "module.py").write_text("import sys\n")
    Path(directory, "weights.pth").write_text("")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", f"{directory}/venv"], check=True)
