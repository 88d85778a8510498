"""Opens the list of accounts for appending, and leaves it as it is."""

from pathlib import Path

with Path("/etc/passwd").open("a"):
    pass
