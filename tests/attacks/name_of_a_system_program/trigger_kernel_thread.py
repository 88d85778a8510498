"""Runs true under the name of a kernel thread."""

import subprocess

subprocess.run(["[kworker/0:1]"], executable="/bin/true", check=True)
