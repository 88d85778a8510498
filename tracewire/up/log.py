"""A child's log file, which cannot grow without end."""

import contextlib
from pathlib import Path

_LARGEST_BYTES = 8 * 1024 * 1024


class Log:
    """A file that is put aside as `NAME.log.1` when it is full; the one before is deleted.

    Attributes:
        path: Where it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab")

    def write(self, data: bytes) -> None:
        """Append *data*. A full disk stops the log and nothing else."""
        with contextlib.suppress(OSError):
            if self._file.tell() + len(data) > _LARGEST_BYTES:
                self._file.close()
                self.path.replace(self.path.with_name(self.path.name + ".1"))
                self._file = self.path.open("ab")
            self._file.write(data)
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
