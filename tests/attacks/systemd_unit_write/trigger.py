"""Writes a unit that nothing starts, and removes it."""

from pathlib import Path

from adding import add_and_remove

add_and_remove(Path("/etc/systemd/system/tracewire-trigger.service"), "[Service]\nExecStart=/bin/true\n")
