"""Gives a file the capability to become anybody, without the command for it."""

import os
import tempfile

CAP_SETUID = 7
VERSION_2_EFFECTIVE = 0x02000001
with tempfile.NamedTemporaryFile(dir="/opt") as file:
    value = b"".join(n.to_bytes(4, "little") for n in (VERSION_2_EFFECTIVE, 1 << CAP_SETUID, 0, 0, 0))
    os.setxattr(file.name, "security.capability", value)
