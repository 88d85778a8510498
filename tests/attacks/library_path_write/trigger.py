"""Adds a file that the linker's configuration includes, and removes it. No cache is made of it."""

from pathlib import Path

from adding import add_and_remove

add_and_remove(Path("/etc/ld.so.conf.d/tracewire-test.conf"), "# nothing\n")
