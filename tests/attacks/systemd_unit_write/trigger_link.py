"""Links a unit for a user from elsewhere, and removes it."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as home:
    directory = Path(home, ".config/systemd/user")
    directory.mkdir(parents=True)
    (directory / "tracewire-trigger.timer").symlink_to("/dev/null")
