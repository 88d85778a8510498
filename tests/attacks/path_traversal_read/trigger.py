"""Reads the accounts by a path that climbs to the root."""

from pathlib import Path

Path("/usr/share/doc/../../../etc/passwd").read_bytes()
