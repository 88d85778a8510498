"""Python that is told through a pipe what to do."""

import subprocess
import sys

assert subprocess.run([sys.executable, "-"], input=b"raise SystemExit(7)", check=False).returncode == 7
