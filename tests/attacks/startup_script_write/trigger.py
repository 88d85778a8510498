"""Puts a file that does nothing among the scripts of the start, and removes it."""

from pathlib import Path

from adding import add_and_remove

add_and_remove(Path("/etc/init.d/tracewire.trigger"), "# nothing\n")
