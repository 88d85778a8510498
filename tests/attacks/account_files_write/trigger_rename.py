"""Puts a copy of the list of groups in its place."""

import shutil
from pathlib import Path

new = Path("/etc/group.tracewire")
shutil.copy2("/etc/group", new)
new.rename("/etc/group")
