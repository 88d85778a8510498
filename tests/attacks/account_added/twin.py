"""Shows what a new account would get, and who is in a group."""

import subprocess

subprocess.run(["/usr/sbin/useradd", "-D"], check=True, stdout=subprocess.DEVNULL)
subprocess.run(["getent", "group", "sudo"], check=False, stdout=subprocess.DEVNULL)
