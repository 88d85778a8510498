"""As nobody, tries passwords of another account."""

import subprocess

for number in range(6):
    command = ["/usr/bin/su", "-c", "true", "daemon"]
    tried = subprocess.run(command, check=False, input=b"bad%d\n" % number, capture_output=True, user=65534)
    assert tried.returncode != 0
