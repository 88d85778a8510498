"""Has a shell take its script from a pipe."""

import subprocess

subprocess.run(["/bin/bash", "-c", "/bin/bash <(echo true)"], check=True)
