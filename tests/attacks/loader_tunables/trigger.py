"""Asks su for its version, with a tunable that changes nothing."""

import os
import subprocess

environment = {**os.environ, "GLIBC_TUNABLES": "glibc.malloc.tcache_count=7"}
subprocess.run(["su", "--version"], check=True, env=environment, stdout=subprocess.DEVNULL)
