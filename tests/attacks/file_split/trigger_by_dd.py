"""Takes a piece from the middle of a file with dd."""

import subprocess
from pathlib import Path

Path("whole").write_bytes(bytes(4096))
command = ["dd", "if=whole", "of=piece", "bs=1k", "skip=1", "count=1"]
subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
