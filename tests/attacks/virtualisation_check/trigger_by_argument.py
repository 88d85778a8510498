"""Asks for the maker of the machine, whether the kernel tells it or not."""

import subprocess

subprocess.run(["cat", "/sys/class/dmi/id/sys_vendor"], check=False, capture_output=True)
