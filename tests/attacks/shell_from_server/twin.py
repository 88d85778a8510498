"""Another program runs a shell, and a tool of attackers."""

import subprocess

subprocess.run("true; id; uname", shell=True, check=True, stdout=subprocess.DEVNULL)  # noqa: S602
