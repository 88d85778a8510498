"""Makes one in a file."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    image = Path(directory, "image")
    image.write_bytes(bytes(4 << 20))
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True, capture_output=True)
