"""Makes a link to /etc by steps upwards."""

from pathlib import Path

link = Path.cwd() / "e"
link.symlink_to("../" * len(link.parts) + "etc")
link.unlink()
