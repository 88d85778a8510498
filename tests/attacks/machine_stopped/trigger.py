"""Asks as nobody for the machine to be restarted, which only root may."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
os.setuid(65534)
assert libc.reboot(0x01234567) == -1  # LINUX_REBOOT_CMD_RESTART
