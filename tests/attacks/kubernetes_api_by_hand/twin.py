"""The same without an API in the environment."""

import subprocess

import contained

with contained.container():
    command = ["curl", "--max-time", "1", "http://127.0.0.1:9/api"]
    subprocess.run(command, check=False, capture_output=True, env={})
