"""Says, as nobody, what Ctrl-Alt-Del should do, which only root may."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
os.setuid(65534)
assert libc.reboot(0) == -1  # LINUX_REBOOT_CMD_CAD_OFF
