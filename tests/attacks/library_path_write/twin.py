"""Makes a cache of libraries of its own, and reads where the system looks for its own."""

import subprocess
from pathlib import Path

Path("own.conf").write_text("/usr/lib\n")
subprocess.run(["/sbin/ldconfig", "-X", "-f", "own.conf", "-C", "own.cache"], check=True)
Path("/etc/ld.so.conf").read_text()
