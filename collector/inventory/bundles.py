"""OCI bundles on disk: what containerd and CRI-O wrote for runc before it made the container.

The CRI's own gRPC interface would tell the same and needs a gRPC stack in this process;
the bundle is there before the container's first process is and needs none.
"""

import os
from pathlib import Path

from collector.inventory.description import Description, of_bundle
from collector.inventory.errors import NonsenseError, RuntimeAwayError

_LARGEST = 4 * 1024 * 1024
# Docker's containers are containerd's too, in this namespace, and have no annotations there.
_DOCKERS = "moby"


class Bundles:
    """A directory of bundles.

    Attributes:
        name: containerd or crio.
        path: Of the directory.
    """

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        self.path = path

    def describe(self, identity: str) -> Description | None:
        """What the bundle of a container tells; None where there is none.

        Raises:
            RuntimeAwayError: The directory is not there or may not be read.
            NonsenseError: The bundle is not what it should be.
        """
        for place in self._places(identity):
            try:
                with place.open("rb") as file:
                    payload = file.read(_LARGEST + 1)
                    written = os.fstat(file.fileno()).st_mtime_ns
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise RuntimeAwayError(self.name, error.strerror or str(error)) from error
            if len(payload) > _LARGEST:
                raise NonsenseError(self.name, f"a config.json of more than {_LARGEST} bytes")
            return of_bundle(self.name, identity, payload, written)
        return None

    def _places(self, identity: str) -> list[Path]:
        root = Path(self.path)
        try:
            entries = sorted(root.iterdir())
        except OSError as error:
            raise RuntimeAwayError(self.name, error.strerror or str(error)) from error
        if self.name == "crio":
            return [root / identity / "userdata" / "config.json"]
        return [each / identity / "config.json" for each in entries if each.name != _DOCKERS]
