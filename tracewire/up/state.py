"""The folders that `tracewire up` keeps under the state directory."""

import fcntl
import os
from pathlib import Path

from tracewire.command.errors import CommandError, Exit
from tracewire.up.identity import Identity


class State:
    """The state directory, held by one `tracewire up` at a time.

    Attributes:
        root: The directory itself.
        log: Logs of the children.
        nats: What JetStream stores.
        opa: OPA's socket.
        engine: The engine's scratch space.
    """

    def __init__(self, root: Path) -> None:
        """Take the directory *root*; make it if it is not there.

        Raises:
            CommandError: It cannot be made or written, or another `tracewire up` holds it.
        """
        self.root = root
        self.log, self.nats, self.opa, self.engine = (
            root / name for name in ("log", "nats", "opa", "engine")
        )
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(root / "lock", os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            self.log.mkdir(mode=0o750, exist_ok=True)
        except OSError as error:
            raise CommandError(
                Exit.UNREACHABLE,
                f"The state directory {root} cannot be used: {error.strerror}.",
                "Choose another with TRACEWIRE_STATE, or the key `state` of the configuration file.",
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise CommandError(
                Exit.UNREACHABLE,
                f"Another `tracewire up` uses the state directory {root}.",
                "Stop it, or choose another directory with TRACEWIRE_STATE and a port with --nats-port.",
            ) from None

    def give_to(self, identity: Identity) -> None:
        """Let the children that run as *identity*, and nobody else, use their folders."""
        for folder in (self.nats, self.opa, self.engine):
            folder.mkdir(mode=0o700, exist_ok=True)
            if folder.stat().st_uid != identity.uid:
                for path in (folder, *folder.rglob("*")):
                    os.chown(path, identity.uid, identity.gid, follow_symlinks=False)

    def release(self) -> None:
        """Let another take the directory."""
        os.close(self._lock)
