"""Adds a file that the linker's configuration includes, and removes it. No cache is made of it."""

from pathlib import Path

directory = Path("/etc/ld.so.conf.d")
was_there = directory.is_dir()
directory.mkdir(exist_ok=True)
file = directory / "tracewire-test.conf"
try:
    file.write_text("# nothing\n")
finally:
    file.unlink(missing_ok=True)
    if not was_there:
        directory.rmdir()
