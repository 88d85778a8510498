"""Prints what lies beside the token, and reads the token as clients do."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    account = Path(directory, "secrets/kubernetes.io/serviceaccount")
    account.mkdir(parents=True)
    for name in ["token", "ca.crt"]:
        Path(account, name).touch()
    Path(account, "token").read_bytes()
    subprocess.run(["cat", str(account / "ca.crt")], check=True)
