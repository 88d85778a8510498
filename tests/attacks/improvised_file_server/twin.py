"""Loads the module of the server, and waits for nobody."""

import subprocess
import sys

subprocess.run([sys.executable, "-c", "import http.server"], check=True)
