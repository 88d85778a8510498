"""Changes the root of true on the host, and runs true in what looks like a container."""

import subprocess

import contained

subprocess.run(["/usr/sbin/chroot", "/", "/bin/true"], check=True)
with contained.container():
    subprocess.run(["/bin/true"], check=True)
