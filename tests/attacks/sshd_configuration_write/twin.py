"""Adds a file to the configuration of the SSH client, and removes it."""

from pathlib import Path

directory = Path("/etc/ssh/ssh_config.d")
was_there = directory.is_dir()
directory.mkdir(exist_ok=True)
file = directory / "tracewire-test.conf"
try:
    file.write_text("# nothing\n")
finally:
    file.unlink(missing_ok=True)
    if not was_there:
        directory.rmdir()
