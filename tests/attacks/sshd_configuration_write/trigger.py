"""Adds a file with nothing but a comment to the configuration of the SSH server, and removes it."""

from pathlib import Path

from adding import add_and_remove

add_and_remove(Path("/etc/ssh/sshd_config.d/tracewire-test.conf"), "# nothing\n")
