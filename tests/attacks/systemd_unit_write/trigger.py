"""Writes a unit that nothing starts, and removes it."""

from pathlib import Path

directory = Path("/etc/systemd/system")
was_there = directory.is_dir()
directory.mkdir(parents=True, exist_ok=True)
unit = directory / "tracewire-trigger.service"
try:
    unit.write_text("[Service]\nExecStart=/bin/true\n")
finally:
    unit.unlink(missing_ok=True)
    if not was_there:
        directory.rmdir()
