"""In what looks like a container, calls an API that does not answer."""

import subprocess

import contained

with contained.container():
    command = ["curl", "--max-time", "1", "http://127.0.0.1:9/api"]
    subprocess.run(command, check=False, capture_output=True, env={"KUBERNETES_SERVICE_HOST": "127.0.0.1"})
