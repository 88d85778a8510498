"""Uses the programs that have to read the file, and reads one for everybody."""

import subprocess
from pathlib import Path

Path("/etc/passwd").read_bytes()
subprocess.run(["/usr/bin/passwd", "-S", "root"], check=True, stdout=subprocess.DEVNULL)
subprocess.run(["su", "-s", "/bin/sh", "-c", "true", "daemon"], check=True)
