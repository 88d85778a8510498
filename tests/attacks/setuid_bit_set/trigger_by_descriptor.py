"""The same with a descriptor and no path."""

import os
import tempfile

with tempfile.NamedTemporaryFile() as file:
    os.fchmod(file.fileno(), 0o4711)
