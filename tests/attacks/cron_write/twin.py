"""Reads all that cron reads."""

from pathlib import Path

for place in ("/etc/cron.d", "/etc/cron.daily"):
    for file in Path(place).glob("*"):
        file.read_bytes()
if Path("/etc/crontab").exists():
    Path("/etc/crontab").read_bytes()
