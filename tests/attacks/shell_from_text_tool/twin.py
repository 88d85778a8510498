"""Uses awk and find for what they are, and a shell."""

import subprocess

subprocess.run(["awk", "BEGIN { print 1 }"], check=True)
subprocess.run(["find", "/etc/hostname", "-exec", "cat", "{}", ";"], check=True)
subprocess.run(["/bin/sh", "-c", "true"], check=True)
