"""Opens a rule for appending, and leaves it as it is."""

from pathlib import Path

with Path("/etc/pam.d/su").open("a"):
    pass
