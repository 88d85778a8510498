"""Reads something harmless of /sys."""

from pathlib import Path

Path("/sys/class/net/lo/mtu").read_bytes()
