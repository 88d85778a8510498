"""Sets the setgid bit of a file of its own."""

from pathlib import Path

file = Path("x")
file.touch()
file.chmod(0o2755)
