"""Changes the root of true to where it is, in what looks like a container."""

import subprocess

import contained

with contained.container():
    subprocess.run(["/usr/sbin/chroot", "/", "/bin/true"], check=True)
