"""As nobody, asks for a descriptor to handle page faults with."""

import ctypes
import os

USERFAULTFD, UFFD_USER_MODE_ONLY = 323, 1
os.setresuid(65534, 65534, 65534)
ctypes.CDLL(None).syscall(USERFAULTFD, UFFD_USER_MODE_ONLY)  # where users may not, the attempt counts as well
