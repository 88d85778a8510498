"""Runs true with it, and su without."""

import os
import subprocess

environment = {**os.environ, "GLIBC_TUNABLES": "glibc.malloc.tcache_count=7"}
subprocess.run(["true"], check=True, env=environment)
subprocess.run(["su", "--version"], check=True, stdout=subprocess.DEVNULL)
