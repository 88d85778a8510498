"""Reads the accounts by their path, and another file by one that climbs."""

from pathlib import Path

Path("/etc/passwd").read_bytes()
Path("/usr/share/doc/../../../etc/hostname").read_bytes()
