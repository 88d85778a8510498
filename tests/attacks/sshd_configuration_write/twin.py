"""Adds a file to the configuration of the SSH client, and removes it."""

from pathlib import Path

from adding import add_and_remove

add_and_remove(Path("/etc/ssh/ssh_config.d/tracewire-test.conf"), "# nothing\n")
